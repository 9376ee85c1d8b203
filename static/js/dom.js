/** Elements, made without markup: what is received only ever becomes text. */

/** Make an element with classes and children (elements or text). */
export function make(tag, classes = "", ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children);
  return element;
}

/** Make a quiet button that does something, and sends no form. */
export function button(label, act) {
  const made = make("button", "quiet", label);
  made.type = "button";
  made.onclick = act;
  return made;
}

/** Set an element's text, and hide the element when there is none. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

/** Say whether a dialog is open: keys are its own then, also while nothing in it has the focus. */
export function inDialog() {
  return document.querySelector("dialog[open]") !== null;
}
