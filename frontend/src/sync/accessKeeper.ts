import { ApiError } from "../api/errors";
import type { Lease, Role, TaskState } from "../api/types";
import { accessTo, type Access } from "./access";
import { heldLease, LeaseKeeper } from "./lease";
import type { Outbox } from "./outbox";

export interface AccessOptions {
  readonly role: Role;
  readonly userId: number;
  readonly outbox: Pick<Outbox, "halt" | "resume" | "retryNow" | "size" | "stop">;
  /** Null until the first fresh state. */
  readonly state: () => TaskState | null;
  readonly take: () => Promise<Lease>;
  readonly send: (frame: object) => boolean;
  readonly onSilence: () => void;
  readonly isActive: () => boolean;
  readonly setReadOnly: (flag: boolean) => void;
  /** The access may have changed. */
  readonly onChange: () => void;
  readonly random: () => number;
}

/** Decides what the person can do with the task, and holds its lease as long as they work on it. */
export class AccessKeeper {
  access: Access = { kind: "opening" };
  leaving = false;
  private lease: Lease | null = null;
  private closed = false;
  private readonly keeper: LeaseKeeper;

  constructor(private readonly options: AccessOptions) {
    const { take, send, onSilence, isActive, random } = options;
    this.keeper = new LeaseKeeper({
      take,
      send,
      onSilence,
      isActive,
      random,
      onTaken: (lease) => this.leaseIs(lease, true),
      onRefused: (error) => this.stopped(error),
    });
    options.setReadOnly(true);
  }

  /** A frame came: the line is alive. */
  heard(): void {
    this.keeper.heartbeat.heard();
  }

  /** `fresh`: the server has just confirmed this, so that an earlier stop is worth another try. */
  leaseIs(lease: Lease | null, fresh: boolean): void {
    this.lease = lease;
    this.settle(fresh);
  }

  /** The server refused a write or the lease. */
  stopped(error: ApiError): void {
    if (error.code === "lease_held") this.lease = heldLease(error);
    this.options.outbox.halt(error);
    this.settle();
  }

  /** The person goes on to another task: the lease is neither renewed nor taken again. */
  beginLeaving(): void {
    this.leaving = true;
    this.keeper.heartbeat.stop();
  }

  stay(): void {
    this.leaving = false;
    this.settle();
  }

  close(): void {
    this.closed = true;
    this.keeper.close();
  }

  private settle(fresh = false): void {
    const { role, userId, outbox } = this.options;
    const state = this.options.state();
    if (state === null || this.closed) return;
    const { access, needsLease } = accessTo(role, state, this.lease, userId);
    const wasEditing = this.access.kind === "edit";
    const stop = outbox.stop;
    if (stop !== null && stop.code !== "lease_held" && !fresh) this.access = { kind: "view", reason: "stopped" };
    // A lease that ran out is taken again in the background; the work goes on meanwhile.
    else if (needsLease && wasEditing) this.access = { kind: "edit" };
    else this.access = access;
    if (needsLease && !this.leaving && this.access.kind !== "view") this.keeper.take();
    this.apply(wasEditing);
    this.options.onChange();
  }

  private apply(wasEditing: boolean): void {
    const { access } = this;
    const { outbox } = this.options;
    this.options.setReadOnly(access.kind !== "edit");
    if (access.kind === "edit") {
      if (!this.leaving) this.keeper.heartbeat.start();
      if (!wasEditing || outbox.stop !== null) outbox.resume();
      else outbox.retryNow();
    } else if (access.kind === "view") {
      this.keeper.heartbeat.stop();
      if (outbox.size > 0 && outbox.stop === null) outbox.halt(closedError(access));
    }
  }
}

function closedError(access: Access & { kind: "view" }): ApiError {
  if (access.reason === "held") {
    return new ApiError(409, "lease_held", "", { holder: { username: access.holder } });
  }
  return access.reason === "role" ? new ApiError(403, "not_allowed", "") : new ApiError(409, "task_not_editable", "");
}
