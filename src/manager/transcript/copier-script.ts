import { constants } from 'node:fs';

/** Bytes per second above which the manager should copy the output itself, because it is faster. */
export const COPIER_LIMIT = 128 << 20;
/** The capacity of a FIFO, so that one read can empty it. */
const READ_SIZE = 64 << 10;
/** Bytes after which a drain answers, even if the program keeps on writing. */
const DRAIN_LIMIT = 8 << 20;

const { O_NONBLOCK } = constants;

/**
 * The manager's commands to the copier, one byte each. A copier reads nothing until the first `go`; from `stay` on it
 * copies when the manager dies.
 */
export const COPIER_COMMANDS = { stay: 's', go: 'g', wait: 'w', drain: 'd', leave: 'x' } as const;

/**
 * The copier's reports, one byte each: it reads nothing until the next `go`; the FIFO has been emptied; there is more
 * output than the copier should handle; the file cannot be written or was removed; all bytes that follow could not be
 * written.
 */
export const COPIER_REPLIES = {
  waits: 'w',
  drained: 'd',
  tooMuch: 'm',
  fileError: 'f',
  leftover: 'l',
} as const;

/**
 * The copier, in Perl: no other language that systems include can wait for a FIFO and do exact reads and writes in
 * 1 MiB of memory. It exits on the command `leave`, or when no process has the FIFO open for writing. When the manager
 * dies, it copies on, unless it was never told anything: then another copier is at work. The buffer has an offset because
 * copying memory from page boundaries to 16 bytes behind one is slow on some processors.
 */
export const COPIER_SCRIPT = `
$0 = "zd: copies to $ARGV[0]";
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE XFSZ USR1 USR2);
open(IN, '<&=3') && open(OUT, '>>&=4') && open(CONTROL, '<&=5') && open(RESULT, '+>&=6') or exit 1;
my ($offset, $second, $spent, $reads, $wasTold, %sent) = (64, 0, 0, 0, 0);
my $buffer = ' ' x (${READ_SIZE} + $offset);

for (;;) {
  my $ready = '';
  vec($ready, 5, 1) = 1;
  vec($ready, 3, 1) = $reads;
  next if select($ready, undef, undef, undef) < 0;
  obey(read_word()) if vec($ready, 5, 1);
  copy() if $reads && vec($ready, 3, 1);
}

sub read_word {
  my $length = sysread(CONTROL, my $word, 1);
  return $word if $length;
  return '' unless defined $length;
  # The end of the manager. Opened anew, the FIFO is silent until the next one writes to it.
  exit unless $wasTold && sysopen(my $again, '/proc/self/fd/5', ${O_NONBLOCK});
  close(CONTROL);
  open(CONTROL, '<&', $again);
  $reads = 1;
  return '';
}

sub obey {
  my ($word) = @_;
  exit if $word eq '${COPIER_COMMANDS.leave}';
  $wasTold = 1 if $word eq '${COPIER_COMMANDS.stay}';
  if ($word eq '${COPIER_COMMANDS.go}') { ($reads, $wasTold, %sent) = (1, 1) }
  if ($word eq '${COPIER_COMMANDS.wait}') {
    $reads = 0;
    send_byte('${COPIER_REPLIES.waits}');
  }
  if ($word eq '${COPIER_COMMANDS.drain}') {
    for (my $taken = 0; $taken < ${DRAIN_LIMIT} && (my $length = copy()); $taken += $length) {}
    send_byte('${COPIER_REPLIES.drained}');
  }
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
  return if select($ready, undef, undef, 0.5) < 1;
  my $word = read_word();
  return if $word eq '';
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
