import type { Locator, Page } from 'playwright-core';

/** More than any screen has on the way to what a test looks for. */
const MOST_STOPS = 60;

/** Presses Tab until this is focused, as somebody without a mouse does. @throws Error where Tab never gets there */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(target)}.`);
}

/** What is used here of an element; this code is compiled without the browser's own types. */
interface ElementInPage {
  contains(other: unknown): boolean;
  ownerDocument: { activeElement: { hasAttribute(name: string): boolean } | null };
}

export async function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element: ElementInPage) => (element as unknown) === element.ownerDocument.activeElement);
}

/** Whether focus is in there, or on the guards beside a dialog that send it back in. */
export async function holdsFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element: ElementInPage) => {
    const focused = element.ownerDocument.activeElement;
    return element.contains(focused) || focused?.hasAttribute('data-base-ui-focus-guard') === true;
  });
}

/** Whether one can see what is focused: an outline or a ring of at least a pixel. */
export async function showsItsFocus(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  })()`);
}
