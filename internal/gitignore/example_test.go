package gitignore

import "fmt"

func ExampleMatcher() {
	top := New(nil, nil).With([]byte("*.o\n/build/\n"))
	fmt.Println(top.Match([]byte("main.o"), false))
	fmt.Println(top.Match([]byte("build"), true))

	src := top.Enter([]byte("src")).With([]byte("!keep.o\n"))
	fmt.Println(src.Match([]byte("keep.o"), false))
	fmt.Println(src.Match([]byte("build"), true))
	// Output:
	// true
	// true
	// false
	// false
}
