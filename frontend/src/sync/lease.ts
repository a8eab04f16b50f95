import { ApiError } from "../api/errors";
import type { Lease } from "../api/types";
import { backoffMs } from "./backoff";
import { Heartbeat } from "./heartbeat";

export interface LeaseKeeperOptions {
  take: () => Promise<Lease>;
  send: (frame: object) => boolean;
  isActive: () => boolean;
  onSilence: () => void;
  onTaken: (lease: Lease) => void;
  /** The server said no for a reason that does not pass by itself. */
  onRefused: (error: ApiError) => void;
  random: () => number;
}

/** Takes the lease of a free task, one request at a time, and renews it while it is held. */
export class LeaseKeeper {
  readonly heartbeat: Heartbeat;
  private asking = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(private readonly options: LeaseKeeperOptions) {
    const { send, isActive, onSilence } = options;
    this.heartbeat = new Heartbeat({ send, isActive, onSilence });
  }

  take(): void {
    if (this.asking || this.closed) return;
    clearTimeout(this.timer);
    this.asking = true;
    void this.ask();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.heartbeat.stop();
  }

  private async ask(): Promise<void> {
    try {
      const lease = await this.options.take();
      this.asking = false;
      this.attempt = 0;
      if (!this.closed) this.options.onTaken(lease);
    } catch (error) {
      this.asking = false;
      if (this.closed) return;
      if (error instanceof ApiError && error.status !== 0 && error.status !== 429 && error.status < 500) {
        this.options.onRefused(error);
        return;
      }
      this.timer = setTimeout(() => this.take(), backoffMs(this.attempt, this.options.random));
      this.attempt += 1;
    }
  }
}

/** The lease that a refusal with code `lease_held` speaks of. */
export function heldLease(error: ApiError): Lease {
  const holder = error.details["holder"];
  const expires = error.details["expires_at"];
  const known = typeof holder === "object" && holder !== null ? holder : {};
  const id = "id" in known && typeof known.id === "number" ? known.id : -1;
  const username = "username" in known && typeof known.username === "string" ? known.username : "";
  return { holder: { id, username }, expires_at: typeof expires === "string" ? expires : "" };
}
