import { readFileSync } from "node:fs";
import { basename } from "node:path";

import type {
  Annotation,
  Dataset,
  Export,
  Label,
  LabelInput,
  Lease,
  Member,
  Page,
  Project,
  Proposal,
  Role,
  Task,
  TaskDetail,
  UploadResult,
} from "../../src/api/types";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`${status} ${body}`);
  }
}

/** The REST interface as a script uses it: signed in by token. Each call throws `Refusal` when refused. */
export class Api {
  private constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  static async signIn(url: string, username: string, password = "demo"): Promise<Api> {
    const { token } = await new Api(url, "").send<{ token: string }>("POST", "/auth/token", { username, password });
    return new Api(url, token);
  }

  createDataset(name: string): Promise<Dataset> {
    return this.send("POST", "/datasets", { name });
  }

  upload(datasetId: number, paths: readonly string[]): Promise<UploadResult> {
    const form = new FormData();
    for (const path of paths) form.append("files", new Blob([readFileSync(path)]), basename(path));
    return this.send("POST", `/datasets/${datasetId}/images`, form);
  }

  createProject(body: { name: string; dataset_ids: number[]; labels: LabelInput[] }): Promise<Project> {
    return this.send("POST", "/projects", body);
  }

  project(id: number): Promise<Project> {
    return this.send("GET", `/projects/${id}`);
  }

  changeProject(id: number, body: { guide: string }): Promise<Project> {
    return this.send("PATCH", `/projects/${id}`, body);
  }

  addLabel(id: number, label: LabelInput): Promise<Label> {
    return this.send("POST", `/projects/${id}/labels`, label);
  }

  members(id: number): Promise<Page<Member>> {
    return this.send("GET", `/projects/${id}/members`);
  }

  addMember(id: number, username: string, role: Role): Promise<Member> {
    return this.send("POST", `/projects/${id}/members`, { username, role });
  }

  tasks(id: number): Promise<Page<Task>> {
    return this.send("GET", `/projects/${id}/tasks`);
  }

  nextTask(id: number, purpose: "annotate" | "review" = "annotate"): Promise<TaskDetail> {
    return this.send("GET", `/projects/${id}/tasks/next?purpose=${purpose}`);
  }

  task(id: number): Promise<TaskDetail> {
    return this.send("GET", `/tasks/${id}`);
  }

  takeLease(id: number): Promise<Lease> {
    return this.send("POST", `/tasks/${id}/lease`);
  }

  async releaseLease(id: number): Promise<void> {
    await this.send("DELETE", `/tasks/${id}/lease`);
  }

  segment(id: number, points: readonly { x: number; y: number }[]): Promise<Proposal> {
    return this.send("POST", `/tasks/${id}/segment`, { points });
  }

  annotate(id: number, body: { proposal_id: number; label_id: number }): Promise<Annotation> {
    return this.send("POST", `/tasks/${id}/annotations`, body);
  }

  submit(id: number): Promise<Task> {
    return this.send("POST", `/tasks/${id}/submit`);
  }

  accept(id: number): Promise<Task> {
    return this.send("POST", `/tasks/${id}/accept`);
  }

  export(id: number): Promise<Export> {
    return this.send("POST", `/projects/${id}/exports`, { format: "coco" });
  }

  exports(id: number): Promise<Page<Export>> {
    return this.send("GET", `/projects/${id}/exports`);
  }

  private async send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const form = body instanceof FormData;
    const headers: Record<string, string> = this.token === "" ? {} : { Authorization: `Token ${this.token}` };
    if (body !== undefined && !form) headers["Content-Type"] = "application/json";
    const content = body === undefined ? {} : { body: form ? body : JSON.stringify(body) };
    const answer = await fetch(`${this.url}/api${path}`, { method, headers, ...content });
    const text = await answer.text();
    if (!answer.ok) throw new Refusal(answer.status, text);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }
}
