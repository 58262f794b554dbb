import { constants } from 'node:fs';
import {
  IUTF8,
  IXON,
  TCGETS,
  TCSETS,
  TIOCGPTN,
  TIOCSPTLCK,
  TIOCSWINSZ,
} from '../../protocol/keeper/terminal-calls';

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants;
/** Bytes after which a drain answers, even if a process keeps on writing: a terminal holds less. */
const DRAIN_LIMIT = 256 << 10;

/**
 * The manager's commands to the holder, one line each: open a terminal of so many rows and columns, or as large as the
 * last one; the manager has it open, too; it has so many rows and columns now; pass all output on; the program has
 * exited; redraw; exit.
 */
export const HOLDER_COMMANDS = {
  open: 'n',
  opened: 'o',
  resize: 'w',
  drain: 'd',
  ended: 'e',
  redraw: 'r',
  leave: 'x',
} as const;

/** What the holder answers: the number of the terminal, or an errno; all output has been passed on. */
export const HOLDER_SAYS = { terminal: 'terminal', failed: 'failed', drained: 'drained' } as const;

/** The size of the first terminal. */
export const USUAL_SIZE = { rows: 24, columns: 80 } as const;

/**
 * Holds the pseudo-terminals of the programs of a daemon: only the process that has opened a master has it, and the end
 * of that process is a hangup. In Perl without a module, which takes 1 MiB. Its argument is what ps(1) shows. Descriptor 3
 * has the commands, 4 gets the answers, 5 the output of the program, and 6 has its input. It reads no output while the
 * FIFO is full, and no input while the program reads none, so it neither loses nor collects anything. It exits when it
 * is told to, and when there is neither a manager, nor a keeper, nor a program.
 *
 * Each run has a terminal of its own: no setting and no input of the last one is left. An earlier terminal stays as long
 * as a process has it open, and its output is passed on. Flow control by Ctrl-S is off, because a visitor who presses it
 * by mistake would stop a server; and the terminal knows that characters have several bytes.
 */
export const HOLDER_SCRIPT = `
$0 = "zd: holds the terminal of $ARGV[0]";
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE USR1 USR2 XFSZ TSTP);
open(CONTROL, '<&=3') && open(NEWS, '>&=4') && open(OUT, '>&=5') && open(IN, '+<&=6') or exit 1;
my ($words, $out, $in, $isAlone, $drains, $passed) = ('', '', '', 0, 0, 0);
my ($rows, $columns) = (${USUAL_SIZE.rows}, ${USUAL_SIZE.columns});
my (%terminal, $current);

for (;;) {
  drain() if $drains;
  exit if $isAlone && !%terminal && $out eq '';
  my ($reads, $writes) = ('', '');
  vec($reads, 3, 1) = 1;
  if ($out ne '') { vec($writes, 5, 1) = 1 }
  else { vec($reads, $_, 1) = 1 for keys %terminal }
  vec($reads, 6, 1) = 1 if $current && $in eq '';
  vec($writes, $current, 1) = 1 if $current && $in ne '';
  next if select($reads, $writes, undef, undef) < 0;
  # Before the input: a window gets its size before what is typed in it.
  read_words() if vec($reads, 3, 1);
  if (vec($writes, 5, 1)) { write_output() }
  for (grep { vec($reads, $_, 1) } keys %terminal) { read_terminal($_) if $out eq '' }
  if ($current && vec($reads, 6, 1)) { sysread(IN, $in, 4096); write_input() }
  elsif ($current && vec($writes, $current, 1)) { write_input() }
}

sub read_words {
  my $length = sysread(CONTROL, $words, 4096, length $words);
  return if !defined $length;
  if ($length) {
    $isAlone = 0;
    obey(split / /, $1) while $words =~ s/^(.*)\\n//;
    return;
  }
  # The end of the manager, and of the keeper. Opened anew, the FIFO is silent until the next one writes to it.
  exit unless sysopen(my $again, '/proc/self/fd/3', ${O_NONBLOCK});
  close(CONTROL);
  open(CONTROL, '<&', $again);
  ($isAlone, $words) = (1, '');
}

sub obey {
  my ($word, @size) = @_;
  exit if $word eq '${HOLDER_COMMANDS.leave}';
  ($rows, $columns) = @size if @size == 2 && $size[0] > 0;
  if ($word eq '${HOLDER_COMMANDS.open}') { open_terminal() }
  elsif ($word eq '${HOLDER_COMMANDS.opened}') { delete $terminal{$current}{slave} if $current }
  elsif ($word eq '${HOLDER_COMMANDS.resize}') { set_size($rows) if $current }
  elsif ($word eq '${HOLDER_COMMANDS.redraw}') { if ($current) { set_size($rows + 1); set_size($rows) } }
  elsif ($word eq '${HOLDER_COMMANDS.drain}') { ($drains, $passed) = (1, 0) }
  elsif ($word eq '${HOLDER_COMMANDS.ended}') { forget_run() }
}

# This process leads a session: without O_NOCTTY, the terminal would become its own.
sub open_terminal {
  forget_run();
  my ($master, $slave, $unlock, $number) = (undef, undef, pack('i', 0), pack 'i', 0);
  my $isOpen = sysopen($master, '/dev/ptmx', ${O_RDWR | O_NOCTTY | O_NONBLOCK})
    && ioctl($master, ${TIOCSPTLCK}, $unlock) && ioctl($master, ${TIOCGPTN}, $number);
  $number = unpack 'i', $number;
  $isOpen &&= sysopen $slave, "/dev/pts/$number", ${O_RDWR | O_NOCTTY};
  return say_line('${HOLDER_SAYS.failed} ' . ($! + 0)) unless $isOpen;
  my $settings = ' ' x 64;
  if (ioctl $slave, ${TCGETS}, $settings) {
    my $input = unpack 'L', $settings;
    substr $settings, 0, 4, pack 'L', $input & ~${IXON} | ${IUTF8};
    ioctl $slave, ${TCSETS}, $settings;
  }
  $current = fileno $master;
  $terminal{$current} = { master => $master, slave => $slave };
  set_size($rows);
  say_line("${HOLDER_SAYS.terminal} $number");
}

# What the run has not read is not for the next one.
sub forget_run {
  delete $terminal{$current}{slave} if $current;
  ($current, $in) = (0, '');
  1 while sysread IN, my $waste, 65536;
}

sub set_size {
  my $size = pack 'S4', $_[0], $columns, 0, 0;
  ioctl $terminal{$current}{master}, ${TIOCSWINSZ}, $size;
}

# When no process has the terminal open, and all was read, a read fails.
sub read_terminal {
  my ($fd) = @_;
  my $length = sysread $terminal{$fd}{master}, $out, 65536;
  if (!$length) {
    return 0 if !defined $length && ($! == 11 || $! == 4);
    $current = 0 if $fd == $current;
    delete $terminal{$fd};
    return 0;
  }
  $passed += $length;
  write_output();
  return 1;
}

sub write_output {
  my $length = syswrite OUT, $out;
  if ($length) { substr $out, 0, $length, '' }
  # Nobody will ever read it.
  elsif ($! != 11 && $! != 4) { exit }
}

sub write_input {
  my $length = syswrite $terminal{$current}{master}, $in;
  if ($length) { substr $in, 0, $length, '' }
  elsif (!defined $length && $! != 11 && $! != 4) { $in = '' }
}

sub drain {
  while ($out eq '') {
    my $isMore = 0;
    for (keys %terminal) { $isMore = 1 if $out eq '' && read_terminal($_) }
    next if $isMore && $passed < ${DRAIN_LIMIT};
    $drains = 0;
    return say_line('${HOLDER_SAYS.drained}');
  }
}

sub say_line { syswrite NEWS, "$_[0]\\n" }
`;
