/*
 * What `help ACTION` prints: zdaemon's own texts, which people and scripts know. The fuller pages
 * of `ACTION --help` are ours and stand with the commands.
 */

const foreground = `foreground -- Run the program in the forground.
fg -- an alias for foreground.`;

export const helpTexts: Record<string, string> = {
  help: `help          -- Print a list of available actions.
help <action> -- Print help for <action>.`,
  kill: `kill [sig] -- Send signal sig to the daemon process.
              The default signal is SIGTERM.`,
  logreopen: `logreopen -- Send a SIGUSR2 signal to the daemon process.
             This is designed to reopen the log file.
             Also reopens the transcript log file.`,
  logtail: `logtail [logfile] -- Run tail -f on the given logfile.
                     A default file may exist.
                     Hit ^C to exit this mode.`,
  reopen_transcript: `reopen_transcript -- Reopen the transcript log file.
                     Use after log rotation.`,
  restart: 'restart -- Stop and then start the daemon process.',
  show: `show options -- show zdctl options
show python -- show Python version and details
show all -- show all of the above`,
  start: `start -- Start the daemon process.
         If it is already running, do nothing.`,
  status: `status [-l] -- Print status for the daemon process.
               With -l, show raw status output as well.`,
  stop: `stop -- Stop the daemon process.
        If it is not running, do nothing.`,
  wait: 'wait -- Wait for the daemon process to exit.',
  fg: foreground,
  foreground,
};

/** Help for what zdaemon does not have, or has in words of Python's. */
export const ownHelpTexts: Record<string, string> = {
  check: `check -- Check the configuration and print a summary.
         Nothing is started.`,
  doctor: `doctor -- See whether a daemon can be run here: tools, folder, limits.
          Says what to do about what is missing.`,
  show: `show options -- show the settings and where they come from
show node -- show the versions of zd and Node
show all -- show all of the above`,
  upgrade: `upgrade -- Replace the daemon manager by one of this zd.
           The daemon process goes on undisturbed.`,
};

/** Help for the commands of the prompt alone (zdaemon 2.0, reworded). */
export const promptHelpTexts: Record<string, string> = {
  EOF: 'To quit, type ^D or use the quit command.',
  quit: `quit -- Leave the prompt. A manager whose program was stopped is told
        to leave as well; a running program goes on.`,
  reload: `reload [options] -- Read the configuration again, with these options
                    in place of the former ones when any are given.`,
  shell: `shell [command] -- Run a command with your shell, or just the shell.
! [command] -- an alias for shell.`,
};
