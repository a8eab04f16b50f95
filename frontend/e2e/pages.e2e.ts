import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";

import { freshName, signIn, world } from "./harness/world";
import { photograph } from "./harness/places";
import { test } from "./harness/stage";

describe("signing in and out", () => {
  test("says what is wrong, then leads to where one wanted to go", async ({ stage }) => {
    const { page } = await stage.stranger();
    await page.goto("/projects/new");
    await page.waitForURL("**/login?redirect=%2Fprojects%2Fnew");
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toBe("The name or the password is wrong. Try again.");
    await page.getByLabel("Password", { exact: true }).fill("demo");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/projects/new");
    await page.getByRole("heading", { name: "New project", level: 1 }).waitFor();
  });

  test("signing out closes the session", async ({ stage }) => {
    const { page } = await stage.visitor("annotator");
    await page.goto("/projects");
    await page.getByRole("button", { name: "Account of annotator" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/login");
    await page.goto("/projects");
    await page.waitForURL("**/login?redirect=%2Fprojects");
  });
});

describe("empty states say what to do", () => {
  test("for somebody without a project", async ({ stage }) => {
    const { page } = await stage.visitor("dora");
    await page.goto("/projects");
    await page.getByRole("heading", { name: "No projects yet" }).waitFor();
    await page.getByText("Ask an admin to add you to a project. It appears here by itself.").waitFor();
    expect(await page.getByRole("link", { name: "New project" }).count()).toBe(0);
  });

  test("in a project of which only the name exists", async ({ stage }) => {
    const { project } = await world("Empty", { photographs: [], labels: [], members: { ada: "annotator" } });
    const { page } = await stage.visitor("admin");
    await page.goto(`/p/${project.id}`);
    await page.getByRole("heading", { name: "Add the first labels" }).waitFor();
    await page.getByText("No guide yet. A few sentences save many questions.").waitFor();
    await page.getByText("Nobody at the moment.").waitFor();
    await page.getByRole("link", { name: "Add photographs" }).click();
    await page.waitForURL(`**/p/${project.id}/data`);
    await page.getByText("Drop some above. Each one becomes a task.").waitFor();
    await page.goto(`/p/${project.id}/exports`);
    await page.getByText("Nothing matches these choices.").waitFor();
    expect(await page.getByRole("button", { name: "Start export" }).isDisabled()).toBe(true);

    const ada = await stage.visitor("ada");
    await ada.page.goto(`/p/${project.id}/annotate`);
    await ada.page.getByRole("heading", { name: "Nothing waits for labels" }).waitFor();
    await ada.page.getByText("This project has no images yet. An admin can upload some.").waitFor();
  });
});

test("a refused file is named with its reason, and the others are stored", async ({ stage }) => {
  const { admin, project } = await world("Upload", { photographs: [] });
  const { page } = await stage.visitor("admin");
  await page.goto(`/p/${project.id}/data`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).click();
  const text = { name: "Заметки «лето».jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture at all\n") };
  const picture = { name: "кофе “утром”.png", mimeType: "image/png", buffer: readFileSync(photograph("coffee.png")) };
  await (await chooser).setFiles([text, picture]);

  const failed = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Try .* again$/ }) });
  await failed.waitFor();
  expect(await failed.innerText()).toContain("Заметки «лето».jpg");
  expect(await failed.innerText()).toContain(
    "“Заметки «лето».jpg” is not an image. Upload a JPEG, PNG, WebP, TIFF, BMP or GIF file.",
  );
  await page.getByText("1 photograph added", { exact: true }).waitFor();
  await page.getByRole("list", { name: "Tasks" }).getByRole("link", { name: "кофе “утром”.png" }).waitFor();
  expect((await admin.tasks(project.id)).results.map((task) => task.image.name)).toEqual(["кофе “утром”.png"]);
});

test("labels are added, renamed, recoloured, deleted and brought back", async ({ stage }) => {
  const { admin, project } = await world("Labels");
  const { page } = await stage.visitor("admin");
  const stored = async (): Promise<string[]> =>
    (await admin.project(project.id)).labels.map(({ name, color, kind }) => `${name} ${color} ${kind}`);
  await page.goto(`/p/${project.id}/labels`);

  await page.getByLabel("Name of the new label").fill("Cup");
  await page.getByText("There is a label “Cup” already. Choose another name.").waitFor();
  await page.getByLabel("Name of the new label").fill("spoon");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name of spoon" }).waitFor();
  await page.getByRole("textbox", { name: "Name of cup" }).fill("mug");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Colour of person/ }).click();
  await page.getByRole("button", { name: "purple" }).click();
  await page.getByRole("radiogroup", { name: "Kind of person" }).getByText("Stuff").click();
  await expect.poll(async () => (await stored()).slice(0, 2)).toEqual(["mug #009e73 thing", "person #bc14ae stuff"]);

  await page.getByRole("button", { name: "Delete label table" }).click();
  await page.getByText("Label “table” deleted.").waitFor();
  expect((await stored()).map((line) => line.split(" ")[0])).toEqual(["mug", "person", "spoon"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("textbox", { name: "Name of table" }).waitFor();
  expect((await stored()).map((line) => line.split(" ")[0])).toEqual(["mug", "person", "spoon", "table"]);
});

test("people join by name, change roles, leave and return", async ({ stage }) => {
  const { admin, project } = await world("People");
  const { page } = await stage.visitor("admin");
  const roles = async (): Promise<Record<string, string>> => {
    const { results } = await admin.members(project.id);
    return Object.fromEntries(results.map(({ user, role }) => [user.username, role]));
  };
  await page.goto(`/p/${project.id}/people`);
  await page.getByLabel("Username").fill("nobody");
  await page.getByRole("button", { name: "Add person" }).click();
  await page.getByText("There is no account “nobody”").waitFor();

  await page.getByLabel("Username").fill("ada");
  await page.getByLabel("Role of the new person").selectOption("Reviewer");
  await page.getByRole("button", { name: "Add person" }).click();
  await page.getByLabel("Role of ada").waitFor();
  expect(await roles()).toEqual({ admin: "admin", ada: "reviewer" });
  await page.getByLabel("Role of ada").selectOption("Viewer");
  await expect.poll(roles).toEqual({ admin: "admin", ada: "viewer" });
  await page.getByRole("button", { name: "Remove ada from the project" }).click();
  await page.getByText("ada was removed. Their work stays.").waitFor();
  expect(await roles()).toEqual({ admin: "admin" });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(roles).toEqual({ admin: "admin", ada: "viewer" });
});

test("the theme is chosen once and stays", async ({ stage }) => {
  const { page } = await stage.visitor("admin", { theme: "light" });
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const scheme = (): Promise<string | null> => page.locator("html").getAttribute("data-mantine-color-scheme");
  await page.goto("/projects");
  await page.getByRole("heading", { name: "Projects" }).waitFor();
  const light = await ground();
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect.poll(scheme).toBe("dark");
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole("heading", { name: "Projects" }).waitFor();
  expect([await scheme(), await ground()]).toEqual(["dark", dark]);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "As the system" }).click();
  await expect.poll(ground).toBe(light);
});

describe("what is not there", () => {
  test.for(["/nowhere", "/p/99999999", "/p/0", "/p/1/t/99999999x"])("%s says so and leads back", async (path, { stage }) => {
    const { page } = await stage.visitor("admin");
    await page.goto(path);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await page.getByRole("link", { name: "Go to projects" }).click();
    await page.waitForURL("**/projects");
  });

  test("somebody else's project is not told from one that does not exist", async ({ stage }) => {
    const { project } = await world("Private");
    const { page } = await stage.visitor("dora");
    await page.goto(`/p/${project.id}`);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  });
});

test("a project is renamed and described where it is shown", async ({ stage }) => {
  const { project } = await world("Rename");
  const admin = await signIn("admin");
  const name = freshName("Breakfast");
  const { page } = await stage.visitor("admin");
  await page.goto(`/p/${project.id}`);
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Project name").fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.getByRole("button", { name: "Write the guide" }).click();
  await page.getByLabel("Text of the guide, in Markdown").fill("Cups with their handles.\nNo saucers.");
  await page.getByRole("button", { name: "Save guide" }).click();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  const stored = await admin.project(project.id);
  expect([stored.name, stored.guide]).toEqual([name, "Cups with their handles.\nNo saucers."]);
});
