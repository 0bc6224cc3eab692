/**
 * Lets media-chrome live under `style-src 'self'`.
 *
 * Its elements write their CSS as `<style>` text into their shadow roots, which the policy refuses, and later look up
 * that element's `sheet` to add rules of their own. Here the text becomes a constructable stylesheet, which the policy
 * allows, adopted by the shadow root; and an element that is called `style`, but is none to the browser, holds it out
 * for those who look it up.
 */
export function adoptStyles(prefix: string): void {
  const attachShadow = Element.prototype.attachShadow;

  Element.prototype.attachShadow = function (this: Element, init: ShadowRootInit): ShadowRoot {
    const root = attachShadow.call(this, init);
    if (this.localName.startsWith(prefix)) {
      const write = (html: string) => writeAdopting(root, html);
      Object.defineProperty(root, "innerHTML", { set: write });
      Object.defineProperty(root, "setHTMLUnsafe", { value: write });
    }
    return root;
  };
}

const innerHTML = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, "innerHTML");
/** Shadow roots of elements within, which those elements make themselves. */
const NESTED = /<template shadowrootmode[\s\S]*?<\/template>/g;
const STYLE = /<style>([\s\S]*?)<\/style>/g;

function writeAdopting(root: ShadowRoot, html: string): void {
  const own = html.replace(NESTED, "");
  innerHTML?.set?.call(root, own.replace(STYLE, ""));
  for (const [, css = ""] of own.matchAll(STYLE)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
    const holder = document.createElementNS(null, "style");
    Object.defineProperty(holder, "sheet", { value: sheet });
    root.append(holder);
  }
}
