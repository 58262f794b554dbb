/** Bytes per second above which the manager should copy the output itself, because it is faster. */
export const COPIER_LIMIT = 128 << 20;
/** The capacity of a FIFO, so that one read can empty it. */
const READ_SIZE = 64 << 10;
/** Bytes after which a drain answers, even if the program keeps on writing. */
const DRAIN_LIMIT = 8 << 20;

/** The copier's descriptors, from 3 on; Node would make 0 to 2 blocking. */
export const COPIER_FDS = ['input', 'output', 'control', 'result'] as const;

/** The manager's commands to the copier, one byte each. */
export const COPIER_COMMANDS = { drain: 'd', leave: 'x' } as const;

/**
 * The copier's reports, one byte each: the FIFO has been emptied; there is more output than the copier should handle;
 * the file cannot be written or was removed; all bytes that follow could not be written.
 */
export const COPIER_REPLIES = { drained: 'd', tooMuch: 'm', fileError: 'f', leftover: 'l' } as const;

/**
 * The copier, in Perl: no other language that systems include can wait for a FIFO and do exact reads and writes in
 * 1 MiB of memory. It exits on the command `leave`, or when no process has the FIFO open for writing. The buffer has an
 * offset because copying memory from page boundaries to 16 bytes behind one is slow on some processors.
 */
export const COPIER_SCRIPT = `
$0 = "zd: copies to $ARGV[0]";
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE XFSZ USR1 USR2);
open(IN, '<&=3') && open(OUT, '>>&=4') && open(CONTROL, '+<&=5') && open(RESULT, '+>&=6') or exit 1;
my ($offset, $second, $spent, %sent) = (64, 0, 0);
my $buffer = ' ' x (${READ_SIZE} + $offset);

for (;;) {
  my $ready = '';
  vec($ready, $_, 1) = 1 for 3, 5;
  next if select($ready, undef, undef, undef) < 0;
  if (vec($ready, 5, 1) && sysread(CONTROL, my $word, 1)) {
    exit if $word eq '${COPIER_COMMANDS.leave}';
    for (my $taken = 0; $taken < ${DRAIN_LIMIT} && (my $length = copy()); $taken += $length) {}
    send_byte('${COPIER_REPLIES.drained}');
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
    send_once('${COPIER_REPLIES.fileError}') if (stat OUT)[3] == 0;
  }
  $spent += $length;
  send_once('${COPIER_REPLIES.tooMuch}') if $spent > ${COPIER_LIMIT};
  return $length;
}

sub wait_for_room {
  my ($at, $length) = @_;
  send_once('${COPIER_REPLIES.fileError}');
  local $SIG{TERM} = 'DEFAULT';
  my $ready = '';
  vec($ready, 5, 1) = 1;
  return if select($ready, undef, undef, 0.5) < 1 || !sysread(CONTROL, my $word, 1);
  return send_byte('${COPIER_REPLIES.fileError}') if $word ne '${COPIER_COMMANDS.leave}';
  send_byte('${COPIER_REPLIES.leftover}');
  while ($at < $length) {
    my $written = syswrite(RESULT, $buffer, $length - $at, $offset + $at);
    $at += $written if $written;
  }
  exit;
}

sub send_once { send_byte($_[0]) unless $sent{$_[0]}++ }

sub send_byte { syswrite(RESULT, $_[0]) }
`;
