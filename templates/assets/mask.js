/** A mask drawn on a picture: what is painted becomes transparent, which is how OpenAI marks what may change. */

import { element } from "./elements.js";

const PAINT = "rgb(214 40 90)";

/** A drawing board for a picture; `changed` is given the mask as a PNG file after each stroke, or null when it is clear. */
export async function board(picture, changed) {
  const image = await createImageBitmap(picture);
  const size = { width: image.width, height: image.height };
  const strokes = new OffscreenCanvas(size.width, size.height).getContext("2d");
  const canvas = element("canvas", { ...size, "aria-label": "Draw the mask on the image", role: "img" });
  const brush = element("input", { type: "range", min: 1, max: 30, value: 8 });
  let last = null;

  function show() {
    const sheet = canvas.getContext("2d");
    sheet.clearRect(0, 0, size.width, size.height);
    sheet.drawImage(image, 0, 0);
    sheet.globalAlpha = 0.55;
    sheet.drawImage(strokes.canvas, 0, 0);
    sheet.globalAlpha = 1;
  }

  function place(event) {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) * size.width) / frame.width, ((event.clientY - frame.top) * size.height) / frame.height];
  }

  function paint(event) {
    if (!last) return;
    const next = place(event);
    strokes.strokeStyle = PAINT;
    strokes.lineCap = "round";
    strokes.lineWidth = (brush.valueAsNumber / 100) * Math.max(size.width, size.height);
    strokes.beginPath();
    strokes.moveTo(...last);
    strokes.lineTo(...next);
    strokes.stroke();
    last = next;
    show();
  }

  async function mask() {
    const sheet = new OffscreenCanvas(size.width, size.height);
    const ink = sheet.getContext("2d");
    ink.fillRect(0, 0, size.width, size.height);
    ink.globalCompositeOperation = "destination-out";
    ink.drawImage(strokes.canvas, 0, 0);
    return new File([await sheet.convertToBlob({ type: "image/png" })], "mask.png", { type: "image/png" });
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    paint(event);
  });
  canvas.addEventListener("pointermove", paint);
  canvas.addEventListener("pointerup", async () => {
    last = null;
    changed(await mask());
  });
  const clear = element("button", { type: "button", click: () => {
    strokes.clearRect(0, 0, size.width, size.height);
    show();
    changed(null);
  } }, "Clear the mask");
  show();
  return element("div", { class: "wide" },
    element("p", {}, "Paint what may change. The mask is transparent there, as OpenAI reads it."),
    canvas,
    element("div", { class: "row" }, element("label", {}, "Brush", brush), clear));
}
