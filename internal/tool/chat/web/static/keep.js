// What outlives a page: in this tab, or in this browser. A browser may forbid both.
function of(storage) {
  return {
    get(key) {
      try {
        return storage().getItem(`chat-${key}`) ?? '';
      } catch {
        return '';
      }
    },
    set(key, value) {
      try {
        if (value) storage().setItem(`chat-${key}`, value);
        else storage().removeItem(`chat-${key}`);
      } catch { /* it is asked for again next time */ }
    },
  };
}

export const tab = of(() => sessionStorage);
export const browser = of(() => localStorage);
