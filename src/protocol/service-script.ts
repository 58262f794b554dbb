/**
 * Sends one datagram to a service manager (sd_notify(3)): Node has no Unix datagrams. In Perl, without a module, because
 * that takes 1 MiB. Its arguments are the path of the socket, or its abstract name after an @, and the text.
 *
 * systemd ignores a sender that has gone, and ends all processes of a unit with SIGTERM. So the script stays until the
 * text was read, which the kernel tells by the length of the queue (TIOCOUTQ), and a moment longer.
 */
export const SERVICE_SCRIPT = `
my ($address, $text) = @ARGV;
$0 = 'zd: tells the service manager';
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE USR1 USR2);
alarm 3;
my $name = $address =~ /^\\@(.*)/s ? "\\0$1" : "$address\\0";
my $packed = $^O eq 'linux' ? pack('Sa*', 1, $name) : pack('CCZ*', length($address) + 2, 1, $address);
socket(SENDER, 1, 2, 0) or exit 1;
defined send(SENDER, $text, 0, $packed) or exit 1;
for (1 .. 250) {
  my $waiting = pack('i', 0);
  last unless ioctl(SENDER, 0x5411, $waiting) && unpack('i', $waiting) > 0;
  select undef, undef, undef, 0.01;
}
select undef, undef, undef, 0.05;
`;
