import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { PageDocument } from "../../../operations/page/document";
import { pageHtml } from "../../../operations/page/html";
import { axeFindings, chromiumPart, openFile, startBrowser, type Screen } from "../../support/browser";
import { describeWith } from "../../support/real-parts";
import { scratch } from "../../support/scratch";
import { everything, madeFrom, planFor, standing } from "./documents";

const folder = path.join(scratch, "pages");
const screens: readonly Screen[] = [1440, 390].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
);
const [wide] = screens as [Screen];

function fileOf(name: string, document: PageDocument): string {
  const file = path.join(folder, `${name}.html`);
  writeFileSync(file, pageHtml(document));
  return file;
}

describeWith("a page in a browser", chromiumPart, (found) => {
  let browser: Browser;
  let whole = "";
  before(async () => {
    mkdirSync(folder, { recursive: true });
    whole = fileOf("everything", await everything());
    browser = await startBrowser(found());
  });
  after(() => browser.close());

  /** Opens a page, has `look` look at it, and asserts that it has asked for nothing and complained of nothing. */
  async function opened(file: string, screen: Screen, look: (page: Page) => Promise<void>): Promise<void> {
    const { page, complaints } = await openFile(browser, file, screen);
    await look(page);
    expect(complaints).to.deep.equal([]);
    await page.context().close();
  }

  /** Nothing for axe to find, and nothing that sticks out. */
  async function isWhole(page: Page, { width }: Screen): Promise<void> {
    expect(await page.evaluate("document.documentElement.scrollWidth")).to.equal(width);
    expect(await axeFindings(page)).to.deep.equal([]);
  }

  for (const screen of screens) {
    it(`is for everybody, ${screen.width} pixels wide and ${screen.scheme}`, async () => {
      await opened(whole, screen, async (page) => {
        // With all that is folded (once each width: it is much to look at), in a scene within, and with a resource told of.
        if (screen.scheme === "light") {
          await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
          await page.getByRole("button", { name: /^Show all/ }).click();
        }
        await page.locator(".node", { hasText: "Database" }).first().click();
        await page.locator(".node", { hasText: "aws:rds:Instance" }).click();
        await isWhole(page, screen);
      });
    });
  }

  it("is so of a whole production stack, and of one in which nothing changes", async () => {
    const narrow: Screen = { width: 390, scheme: "dark" };
    const pages = [
      ["prod", madeFrom(await planFor("prod"))],
      ["standing", madeFrom(await standing("dev"), { runs: null })],
    ] as const;
    for (const [name, document] of pages) {
      await opened(fileOf(name, document), narrow, (page) => isWhole(page, narrow));
    }
  });

  it("tells first what refuses the plan, then what changes, from what to what", async () => {
    await opened(whole, wide, async (page) => {
      expect(await page.locator("main h2").allTextContents()).to.deep.equal([
        ...["Findings", "Changes", "Drift", "Graph", "Timeline", "Sizes", "Outputs", "Runs"],
      ]);
      expect(await page.locator(".sentence").textContent()).to.equal(
        "Refused: 1 change by the guard. Nothing can be applied as it is.",
      );
      const property = page.locator(".property", { hasText: "instanceClass" }).first();
      expect(await property.locator("del").textContent()).to.equal("old: db.t4g.medium");
      expect(await property.locator("ins").textContent()).to.equal("new: db.t4g.large");
      expect(await page.locator("#timeline tbody tr .critical").count()).to.equal(1);
      expect(await page.locator("#runs tbody tr").allTextContents()).to.deep.equal([
        "2026-11-30 10:00 UTCupdatesucceeded1 min 35 s3 createb1fbd137b54b Add a queue",
      ]);
    });
  });

  it("is walked through with the keyboard alone", async () => {
    await opened(whole, wide, async (page) => {
      const focused = (): Promise<string> => page.evaluate<string>("document.activeElement.textContent");
      const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await press("Tab");
      expect(await focused()).to.equal("To the content");
      await press("Enter");
      expect(await page.evaluate("document.activeElement.id")).to.equal("content");
      // One stop for all nodes: from the tools of the graph into it.
      await page.getByRole("button", { name: "Fit the whole scene" }).focus();
      await press("Tab");
      expect(await focused()).to.contain("Networknetwork");
      await press("ArrowRight");
      expect(await focused()).to.not.contain("Networknetwork");
      await press("ArrowLeft", "Enter");
      const path = (): Promise<string[]> => page.locator(".path li").allTextContents();
      expect(await path()).to.deep.equal(["dev", "network"]);
      await press("Escape");
      expect(await path()).to.deep.equal(["dev"]);
      expect(await focused()).to.contain("Networknetwork");
      // A link of a change leads to the resource, and tells what it needs.
      await page.locator("#changes a", { hasText: "aws:rds:Instance database" }).first().focus();
      await press("Enter");
      expect(await path()).to.deep.equal(["dev", "database"]);
      expect(await focused()).to.contain("aws:rds:Instance");
      expect(await page.locator(".panel").textContent()).to.contain("aws:rds:SubnetGroup database");
    });
  });

  it("says of the graph in words what it draws", async () => {
    await opened(whole, wide, async (page) => {
      await page.getByText("The same as a list").click();
      const text = await page
        .locator("#graph details li", { hasText: "aws:rds:Instance" })
        .last()
        .textContent();
      expect(text).to.match(/^database aws:rds:Instance: refused; needs .*database/);
    });
  });
});
