export const HEARTBEAT_MS = 30_000;
const ANSWER_MS = 10_000;

export interface HeartbeatOptions {
  send: (frame: object) => boolean;
  /** False while the person does nothing: a forgotten tab must not hold a task for ever. */
  isActive: () => boolean;
  /** No frame came within ten seconds of a heartbeat: the line is dead, whatever it says. */
  onSilence: () => void;
}

/** Renews the lease every 30 seconds of work and notices a line that no longer answers. */
export class Heartbeat {
  private beat: ReturnType<typeof setInterval> | undefined;
  private wait: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  start(): void {
    this.beat ??= setInterval(() => this.now(), HEARTBEAT_MS);
  }

  stop(): void {
    clearInterval(this.beat);
    this.beat = undefined;
    this.heard();
  }

  /** Any frame shows that the line is alive. */
  heard(): void {
    clearTimeout(this.wait);
    this.wait = undefined;
  }

  now(): void {
    if (!this.options.isActive() || !this.options.send({ type: "heartbeat" })) return;
    this.wait ??= setTimeout(() => {
      this.wait = undefined;
      this.options.onSilence();
    }, ANSWER_MS);
  }
}
