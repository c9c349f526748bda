package nc

// service returns what usually listens at a port, where that is well known.
func service(port uint16) string {
	for _, s := range services {
		if s.port == port {
			return s.name
		}
	}
	return ""
}

// The services that are met most. The system's own list is not read: what is a help
// to the reader of a table is not worth a file of a hundred times as many.
var services = [...]struct {
	port uint16
	name string
}{
	{7, "echo"},
	{13, "daytime"},
	{20, "ftp-data"},
	{21, "ftp"},
	{22, "ssh"},
	{23, "telnet"},
	{25, "smtp"},
	{37, "time"},
	{53, "domain"},
	{67, "dhcp"},
	{69, "tftp"},
	{79, "finger"},
	{80, "http"},
	{88, "kerberos"},
	{110, "pop3"},
	{111, "rpcbind"},
	{119, "nntp"},
	{123, "ntp"},
	{137, "netbios"},
	{139, "netbios"},
	{143, "imap"},
	{161, "snmp"},
	{179, "bgp"},
	{194, "irc"},
	{389, "ldap"},
	{443, "https"},
	{445, "smb"},
	{465, "smtps"},
	{514, "syslog"},
	{515, "printer"},
	{587, "submission"},
	{631, "ipp"},
	{636, "ldaps"},
	{853, "dns-tls"},
	{873, "rsync"},
	{993, "imaps"},
	{995, "pop3s"},
	{1080, "socks"},
	{1433, "mssql"},
	{1521, "oracle"},
	{1883, "mqtt"},
	{2049, "nfs"},
	{2181, "zookeeper"},
	{2375, "docker"},
	{3128, "squid"},
	{3306, "mysql"},
	{3389, "rdp"},
	{4222, "nats"},
	{5060, "sip"},
	{5222, "xmpp"},
	{5353, "mdns"},
	{5432, "postgresql"},
	{5672, "amqp"},
	{5900, "vnc"},
	{6379, "redis"},
	{6443, "kubernetes"},
	{6667, "irc"},
	{6697, "ircs"},
	{8080, "http-alt"},
	{8443, "https-alt"},
	{9090, "prometheus"},
	{9092, "kafka"},
	{9200, "elasticsearch"},
	{11211, "memcached"},
	{27017, "mongodb"},
}
