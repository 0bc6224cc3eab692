/**
 * Lets media-chrome live under `style-src 'self'`.
 *
 * Its elements write their CSS as `<style>` text into their shadow roots, which the policy refuses, and later look up
 * `style.sheet` to add rules of their own. Here that text is parsed into a constructable stylesheet, which the policy
 * allows, adopted by the shadow root, and handed out as the element's `sheet`. The text itself stays behind as inert data:
 * a `<style>` of an unknown type is no style to the browser.
 */
export function adoptStyles(prefix: string): void {
  const attachShadow = Element.prototype.attachShadow;
  const innerHTML = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, "innerHTML");

  Element.prototype.attachShadow = function (this: Element, init: ShadowRootInit): ShadowRoot {
    const root = attachShadow.call(this, init);
    if (!this.localName.startsWith(prefix)) return root;
    const write = (html: string) => {
      innerHTML?.set?.call(root, html.replaceAll("<style>", '<style type="text/adopted">'));
      for (const style of root.querySelectorAll("style")) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(style.textContent ?? "");
        root.adoptedStyleSheets.push(sheet);
        Object.defineProperty(style, "sheet", { value: sheet });
      }
    };
    Object.defineProperty(root, "innerHTML", { set: write, get: () => innerHTML?.get?.call(root) });
    Object.defineProperty(root, "setHTMLUnsafe", { value: write });
    return root;
  };
}
