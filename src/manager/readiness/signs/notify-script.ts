import { constants } from 'node:fs';

const { O_NONBLOCK } = constants;

/** The manager's commands to the listener, one byte each: the manager that began it, or another one, is there; exit. */
export const LISTENER_COMMANDS = { here: 'h', leave: 'x' } as const;

/** What the listener says of itself; all other lines are the program's. */
export const LISTENER_SAYS = { listens: 'listens', failed: 'failed' } as const;

/**
 * Passes on what a program sends to its NOTIFY_SOCKET (sd_notify(3)): Node has no Unix datagrams. In Perl, without a
 * module, because that takes 1 MiB. Its arguments are the path of the socket, for ps(1), and its name in the current
 * folder, or in a folder there that is the third one and is made if it is missing; descriptor 3 has the manager's commands, and 4 gets the lines. It outlives its manager as long as its parent
 * lives, and exits with it: without a keeper, the parent is the manager. Nobody waits for it: a line for which there is
 * no room is dropped.
 */
export const LISTENER_SCRIPT = `
my ($path, $name, $folder) = @ARGV;
$0 = "zd: listens at $path";
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE USR1 USR2);
my $parent = getppid;
open(CONTROL, '<&=3') && open(NEWS, '>&=4') or exit 1;
if ($folder ne '') {
  mkdir $folder, 0700;
  unless (chdir $folder) { say_line('${LISTENER_SAYS.failed} ' . ($! + 0)); exit 1 }
}
umask 0177;
my $packed = $^O eq 'linux' ? pack('SZ*', 1, $name) : pack('CCZ*', length($name) + 2, 1, $name);
unlink $name;
unless (socket(LISTENER, 1, 2, 0) && bind(LISTENER, $packed)) {
  say_line('${LISTENER_SAYS.failed} ' . ($! + 0));
  exit 1;
}
say_line('${LISTENER_SAYS.listens}');
my $isAlone = 0;

for (;;) {
  my $ready = '';
  vec($ready, 3, 1) = 1;
  vec($ready, fileno LISTENER, 1) = 1;
  my $count = select($ready, undef, undef, $isAlone ? 1 : undef);
  leave() if $isAlone && getppid != $parent;
  next if $count <= 0;
  pass_on() if vec($ready, fileno LISTENER, 1);
  obey() if vec($ready, 3, 1);
}

sub obey {
  my $length = sysread(CONTROL, my $word, 1);
  return unless defined $length;
  leave() if $word eq '${LISTENER_COMMANDS.leave}';
  return $isAlone = 0 if $length;
  # The end of the manager. Opened anew, the FIFO is silent until the next one writes to it.
  leave() unless getppid == $parent && sysopen(my $again, '/proc/self/fd/3', ${O_NONBLOCK});
  close(CONTROL);
  open(CONTROL, '<&', $again);
  $isAlone = 1;
}

sub pass_on {
  return unless defined recv(LISTENER, my $text, 8192, 0);
  for (split /\\n/, $text) {
    say_line($1) if /^((?:READY|STOPPING|RELOADING)=1|WATCHDOG=(?:1|trigger)|STATUS=.{0,500})/;
  }
}

sub say_line { syswrite(NEWS, "$_[0]\\n") }

sub leave {
  unlink $name;
  exit;
}
`;
