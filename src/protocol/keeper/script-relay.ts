import { constants } from 'node:fs';
import { TCGETS, TCSETS, TIOCGPTN, TIOCGWINSZ, TIOCSPTLCK, TIOCSWINSZ } from './terminal-calls';

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants;
/** Seconds between looks for the end of the program, where the kernel has no pidfd. */
const POLL = 0.1;

/** What the client tells a relay, one line each: begin the program; pass on a signal; the window has another size. */
export const RELAY_COMMANDS = { begin: 'g', signal: 's', resize: 'w' } as const;

/** What a relay answers: it is ready; the pid of the program; the errno with which its start has failed. */
export const RELAY_SAYS = { ready: 'ready', pid: 'pid', failed: 'failed' } as const;

/**
 * Runs the program on a terminal of its own, whose output goes to descriptor 4 and whose input is that of the caller's
 * terminal, and exits as it does. The terminal begins with the settings and the size of the caller's. It waits for `begin`
 * with the program, so that nobody changes the caller's terminal before it has read its settings. All signals
 * come from the client, so none is lost between a look and a wait. After a death of the client, the program gets SIGHUP.
 */
export const RELAY = `
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE USR1 USR2 XFSZ TSTP TTIN TTOU);
open(OUT, '>&=', 4) && fcntl(OUT, 2, 1) or exit 126;
my ($master, $slave, $unlock, $number) = (undef, undef, pack('i', 0), pack 'i', 0);
my $isOpen = sysopen($master, '/dev/ptmx', ${O_RDWR | O_NOCTTY | O_NONBLOCK})
  && ioctl($master, ${TIOCSPTLCK}, $unlock) && ioctl($master, ${TIOCGPTN}, $number);
$number = unpack 'i', $number;
$isOpen &&= sysopen $slave, "/dev/pts/$number", ${O_RDWR | O_NOCTTY};
fail() unless $isOpen;
my ($settings, $size) = (' ' x 64, ' ' x 8);
ioctl $slave, ${TCSETS}, $settings if ioctl STDIN, ${TCGETS}, $settings;
ioctl $master, ${TIOCSWINSZ}, $size if ioctl STDIN, ${TIOCGWINSZ}, $size;
syswrite $wire, "${RELAY_SAYS.ready}\\n";
my ($text, $isAlone, $in, $out) = ('', 0, '', '');
until ($text =~ s/^${RELAY_COMMANDS.begin}\\n//) { exit 126 unless sysread $wire, $text, 4096, length $text }
my $pid = fork;
fail() unless defined $pid;
begin_program() unless $pid;
my $life = syscall($call{pidfd_open}, $pid, 0);
my $end = $life >= 0 && open(my $lives, '<&=', $life);
syswrite $wire, "${RELAY_SAYS.pid} $pid\\n";

for (;;) {
  my ($reads, $writes) = ('', '');
  vec($reads, fileno $wire, 1) = 1 unless $isAlone;
  vec($reads, 0, 1) = 1 if $in eq '' && defined fileno STDIN;
  vec($reads, $life, 1) = 1 if $end;
  if ($out eq '') { vec($reads, fileno $master, 1) = 1 } else { vec($writes, 4, 1) = 1 }
  vec($writes, fileno $master, 1) = 1 if $in ne '';
  my $count = select $reads, $writes, undef, $end ? undef : ${POLL};
  next if $count < 0;
  read_words() if vec $reads, fileno $wire, 1;
  read_keys() if defined fileno STDIN && vec $reads, 0, 1;
  write_keys() if vec $writes, fileno $master, 1;
  write_output() if vec $writes, 4, 1;
  read_output() if $out eq '' && vec $reads, fileno $master, 1;
  leave($?) if (!$end || vec $reads, $life, 1) && waitpid($pid, 1) == $pid;
}

sub fail {
  syswrite $wire, '${RELAY_SAYS.failed} ' . ($! + 0) . "\\n";
  exit 126;
}

# It leads a session, so the terminal that it opens first becomes its own.
sub begin_program {
  my $told = fcntl $wire, 1030, 10;
  syscall($call{setsid});
  sysopen my $tty, "/dev/pts/$number", ${O_RDWR} or fail_here($told);
  my $fd = fileno $tty;
  for (0, 1, 2) { syscall($call{dup3}, $fd, $_, 0) }
  restore_limit($limit) if $limit ne '';
  restore_signals();
  execute($file, \\@words, \\@variables);
  fail_here($told);
}

sub fail_here {
  my $reason = $! + 0;
  open my $one, '>&=', $_[0];
  syswrite $one, "${RELAY_SAYS.failed} $reason\\n";
  kill 9, $$;
}

sub read_words {
  if (!sysread $wire, $text, 4096, length $text) {
    $isAlone = 1;
    return kill 1, $pid;
  }
  while ($text =~ s/^(.*)\\n//) {
    my ($word, @numbers) = split / /, $1;
    kill $numbers[0], $pid if $word eq '${RELAY_COMMANDS.signal}';
    next if $word ne '${RELAY_COMMANDS.resize}';
    my $new = pack 'S4', @numbers, 0, 0;
    ioctl $master, ${TIOCSWINSZ}, $new;
  }
}

sub read_keys { close STDIN unless sysread STDIN, $in, 4096 }

sub write_keys {
  my $length = syswrite $master, $in;
  if ($length) { substr $in, 0, $length, '' }
  elsif ($! != 11 && $! != 4) { $in = '' }
}

sub read_output { return sysread $master, $out, 65536 }

# Without a reader, the program ends as at the end of its terminal.
sub write_output {
  my $length = syswrite OUT, $out;
  if ($length) { substr $out, 0, $length, '' }
  elsif ($! != 11 && $! != 4) { exit 141 }
}

sub leave {
  my ($ending) = @_;
  do { write_output() while $out ne '' } while read_output();
  exit($ending & 127 ? 128 + ($ending & 127) : $ending >> 8);
}
`;
