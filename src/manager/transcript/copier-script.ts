/** Bytes a second from which on a program is better served by the manager, which is faster. */
export const COPIER_LIMIT = 128 << 20;
/** What a FIFO holds: a read takes all there is. */
const READ_SIZE = 64 << 10;
/** A program that goes on writing must not keep an answer back. */
const DRAIN_LIMIT = 8 << 20;

/** What the copier is given as descriptors, from 3 on: 0 to 2 would be made blocking on their way. */
export const COPIER_FDS = ['input', 'output', 'control', 'result'] as const;

/** What it is told, a byte each. */
export const COPIER_WORDS = { drain: 'd', leave: 'x' } as const;

/**
 * What it says, a byte each: the FIFO was empty a moment ago; more is coming than it is good for; the file cannot be
 * written, or has been removed; all that follows until the end could not be written.
 */
export const COPIER_REPLIES = { drained: 'd', much: 'm', fault: 'f', leftover: 'l' } as const;

/**
 * The copier, in Perl: no other language that systems come with can wait for a FIFO and do exact reads and writes in
 * 1 MiB of memory. It lives until it is told to leave or nobody is left who could write to the FIFO. The words, and
 * the buffer's offset (memory copies from whole pages to 16 bytes behind one are slow on some processors), are short
 * because there is nothing else to it.
 */
export const COPIER_SCRIPT = `
$0 = "zd: copies to $ARGV[0]";
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE XFSZ USR1 USR2);
open(IN, '<&=3') && open(OUT, '>>&=4') && open(CONTROL, '+<&=5') && open(RESULT, '+>&=6') or exit 1;
my ($offset, $second, $spent, %told) = (64, 0, 0);
my $buffer = ' ' x (${READ_SIZE} + $offset);

for (;;) {
  my $ready = '';
  vec($ready, $_, 1) = 1 for 3, 5;
  next if select($ready, undef, undef, undef) < 0;
  if (vec($ready, 5, 1) && sysread(CONTROL, my $word, 1)) {
    exit if $word eq '${COPIER_WORDS.leave}';
    for (my $taken = 0; $taken < ${DRAIN_LIMIT} && (my $length = copy()); $taken += $length) {}
    say_byte('${COPIER_REPLIES.drained}');
  }
  copy() if vec($ready, 3, 1);
}

sub copy {
  my $length = sysread(IN, $buffer, ${READ_SIZE}, $offset);
  unless ($length) {
    exit if defined $length || ($! != 11 && $! != 35 && $! != 4);
    return 0;
  }
  for (my $at = 0; $at < $length;) {
    my $written = syswrite(OUT, $buffer, $length - $at, $offset + $at);
    if ($written) { $at += $written } elsif ($! != 4) { wait_for_room($at, $length) }
  }
  if ($second != time) {
    ($second, $spent) = (time, 0);
    say_once('${COPIER_REPLIES.fault}') if (stat OUT)[3] == 0;
  }
  $spent += $length;
  say_once('${COPIER_REPLIES.much}') if $spent > ${COPIER_LIMIT};
  return $length;
}

sub wait_for_room {
  my ($at, $length) = @_;
  say_once('${COPIER_REPLIES.fault}');
  local $SIG{TERM} = 'DEFAULT';
  my $ready = '';
  vec($ready, 5, 1) = 1;
  return if select($ready, undef, undef, 0.5) < 1 || !sysread(CONTROL, my $word, 1);
  return say_byte('${COPIER_REPLIES.fault}') if $word ne '${COPIER_WORDS.leave}';
  say_byte('${COPIER_REPLIES.leftover}');
  while ($at < $length) {
    my $written = syswrite(RESULT, $buffer, $length - $at, $offset + $at);
    $at += $written if $written;
  }
  exit;
}

sub say_once { say_byte($_[0]) unless $told{$_[0]}++ }

sub say_byte { syswrite(RESULT, $_[0]) }
`;
