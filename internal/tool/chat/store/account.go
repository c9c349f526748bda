package store

import "time"

// An Account protects a name.
type Account struct {
	Key      string // how it is found
	Name     string // how it is shown
	Skeleton string // equal for names that look alike
	Created  time.Time
	Credentials
}

// Credentials are what an account's password is checked against, in the form
// that the caller gave them. There is no password in them.
type Credentials struct {
	Password string // for logins that show the password
	Scram    string // for logins that prove to know it
}
