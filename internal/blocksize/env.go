package blocksize

// FromEnv returns the unit that the environment asks for: that of the first of
// DU_BLOCK_SIZE, BLOCK_SIZE and BLOCKSIZE which is set, even to nothing; else
// blocks of 512 bytes when POSIXLY_CORRECT is set and of 1024 when it is not.
// The function lookup reads a variable, as [os.LookupEnv] does.
//
// A variable with a mistake is no error. As in GNU du, its number stands when
// it has one, without the suffix, and the default applies when it has none.
func FromEnv(lookup func(string) (string, bool)) Unit {
	for _, name := range []string{"DU_BLOCK_SIZE", "BLOCK_SIZE", "BLOCKSIZE"} {
		spec, set := lookup(name)
		if !set {
			continue
		}
		if u, problem := parse(spec); problem != Invalid {
			return u
		}
		break
	}
	if _, set := lookup("POSIXLY_CORRECT"); set {
		return Blocks(512)
	}
	return Blocks(1024)
}
