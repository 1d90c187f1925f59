// Pictures that are only tried: what is in them, and nothing of them is kept.

const LARGEST = 64 * 1024 * 1024;

function bar(name, probability) {
  const percent = number.format(Math.round(probability * 1000) / 10);
  const meter = element("span", { class: "bar-of", "aria-hidden": "true" }, element("span"));
  meter.firstChild.style.width = `${100 * probability}%`;
  const told = element("li", {}, element("span", {}, name), meter, element("span", { class: "percent" }, `${percent} %`));
  return told;
}

function toldOf(shown) {
  const category = data.categories.find(([key]) => key === shown.category)?.[1] ?? shown.category;
  const tags = shown.tags.map((key) => data.tags[key] ?? key);
  const list = element("ul", { class: "bars" }, ...shown.predictions.map(({ name, probability }) => bar(name, probability)));
  const facts = element("p", {}, element("span", { class: "quiet" }, `${liveTexts.category}: `), category);
  if (tags.length) facts.append(element("span", { class: "quiet" }, ` · ${liveTexts.tags}: `), tags.join(", "));
  return [list, facts];
}

/** Show a picture at once, and what is in it when that is known. */
async function tryPicture(file) {
  const image = element("img", { alt: "" });
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.replaceWith(drawn("picture"))); // HEIC and RAW, which no browser shows
  const told = element("div", { class: "told" }, element("h3", {}, file.name), element("p", { class: "quiet" }, liveTexts.asking));
  byId("tried").prepend(element("article", { class: "tried" }, element("div", { class: "picture" }, image), told));
  const form = new FormData();
  form.append("file", file);
  try {
    if (file.size > LARGEST) throw new Error(filled(liveTexts.tooLarge, { name: file.name }));
    const answer = await fetch("predict", { method: "POST", body: form });
    const shown = await answer.json();
    if (!answer.ok) throw new Error(shown.error);
    told.lastChild.replaceWith(...toldOf(shown));
  } catch (error) {
    told.lastChild.replaceWith(element("p", { class: "wrong" }, error.message));
  }
}

async function tryAll(files) {
  for (const file of files) await tryPicture(file);
}

byId("pictures").addEventListener("change", (event) => {
  tryAll([...event.target.files]);
  event.target.value = "";
});
const drop = byId("drop");
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  tryAll([...event.dataTransfer.files]);
});
// A picture that is dropped beside must not take the place of the page.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
