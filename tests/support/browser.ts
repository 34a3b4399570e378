import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { installed } from "./real-parts";

/** A real browser, without a window. */
export const chromiumPart = installed(["chromium"], "Chromium (Debian: apt-get install chromium)");

export interface Screen {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** A page as it stands in a browser, with all that should not have happened. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and every request but the one for the file. */
  readonly complaints: string[];
}

export function startBrowser({ chromium: executablePath }: { readonly chromium: string }): Promise<Browser> {
  // Root has no sandbox to be in; nothing but our own files is opened.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Opens a file, with no network. */
export async function openFile(browser: Browser, file: string, { width, scheme }: Screen): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    offline: true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== `file://${file}`) {
      complaints.push(`asked for ${request.url()}`);
    }
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}

/** What axe finds, each as its rule and the elements. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
