package endpoint

import "golang.org/x/sys/windows"

// The system's errors of each kind.
var (
	refused     = []error{windows.WSAECONNREFUSED}
	reset       = []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAESHUTDOWN, windows.ERROR_NETNAME_DELETED}
	unreachable = []error{windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAENETDOWN, windows.WSAEADDRNOTAVAIL}
)

const (
	addressInUse        = windows.WSAEADDRINUSE
	addressNotAvailable = windows.WSAEADDRNOTAVAIL
)
