/** Reads what the tests need of an HTML page, as a browser's parser sees it: forms with their fields, texts, elements. */

import { parse } from "parse5";

/** A parsed page. */
export class Html {
  constructor(text) {
    this.document = parse(text);
  }

  /** Every element with that tag name, in order. */
  all(tag, below = this.document) {
    return [...elements(below)].filter((node) => node.tagName === tag);
  }

  /** The text of the first such element, white space folded. */
  text(tag = "body") {
    const [first] = this.all(tag);
    return first && textOf(first).replace(/\s+/g, " ").trim();
  }

  /** The forms: `{action, method, fields, buttons, id}`; `fields` is what a browser would send without anybody's doing. */
  forms(base) {
    return this.all("form").map((form) => {
      const own = attributes(form);
      const inputs = [...elements(form)].filter(({ tagName }) => ["input", "select", "textarea", "button"].includes(tagName));
      return {
        id: own.id,
        action: new URL(own.action || base, base).href,
        method: (own.method ?? "get").toUpperCase(),
        fields: Object.fromEntries(inputs.map(field).filter(Boolean)),
        inputs: inputs.map(attributes),
        buttons: inputs.filter((node) => node.tagName === "button").map((node) => ({ ...attributes(node), text: textOf(node).trim() })),
      };
    });
  }
}

/** An element's attributes as an object. */
export const attributes = (node) => Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));

function* elements(node) {
  for (const child of node.childNodes ?? []) {
    if (child.tagName) yield child;
    yield* elements(child.tagName === "template" ? child.content : child);
  }
}

function textOf(node) {
  if (node.nodeName === "#text") return node.value;
  if (node.tagName === "script" || node.tagName === "style") return "";
  return (node.childNodes ?? []).map(textOf).join("");
}

/** `[name, value]` of a control that is sent; a button is sent only when it is pressed. */
function field(node) {
  const { name, value = "", type = "text", checked, disabled } = attributes(node);
  if (!name || disabled !== undefined || node.tagName === "button" || ["submit", "button", "image", "reset"].includes(type)) return undefined;
  if (["checkbox", "radio"].includes(type)) return checked === undefined ? undefined : [name, value || "on"];
  if (node.tagName === "textarea") return [name, textOf(node)];
  if (node.tagName !== "select") return [name, value];
  const options = [...elements(node)].filter(({ tagName }) => tagName === "option");
  const chosen = options.find((option) => attributes(option).selected !== undefined) ?? options[0];
  return chosen && [name, attributes(chosen).value ?? textOf(chosen)];
}
