/** The other manager, while one hands over to another. */
export interface PeerListener {
  begun?(pid: number): void;
  text(text: string): void;
  closed(): void;
}

export interface KeeperListener {
  /** The keeper got a signal that is meant for the manager. */
  told(signal: number): void;
  /** The keeper is gone, and with it the parent of everything that it had spawned. */
  lost(): void;
}
