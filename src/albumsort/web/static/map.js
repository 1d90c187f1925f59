// The map: the land is where GeoNames knows towns, the events are dots on it. It needs no network.

const KM_A_DEGREE = 111.2;

/** The middles of the cells that have a town: latitude, longitude, and so on. */
function cellsOf({ cell, cells }) {
  const columns = Math.round(360 / cell);
  const found = [];
  let [number, step, shift] = [0, 0, 0];
  for (const char of atob(cells)) {
    const byte = char.charCodeAt(0);
    step |= (byte & 127) << shift;
    shift += 7;
    if (byte < 128) {
      number += step;
      found.push(90 - (Math.floor(number / columns) + 0.5) * cell, ((number % columns) + 0.5) * cell - 180);
      [step, shift] = [0, 0];
    }
  }
  return Float32Array.from(found);
}

class WorldMap {
  /** `open` is called with an event whose dot was chosen. */
  constructor(canvas, world, open) {
    Object.assign(this, { canvas, world, open });
    this.cells = cellsOf(world);
    this.spots = [];
    this.view = { longitude: 0, latitude: 20, span: 360 }; // the middle and the width, in degrees
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    canvas.addEventListener("pointerdown", (event) => this.drag(event));
    canvas.addEventListener("pointermove", (event) => this.hint(event));
    canvas.addEventListener("click", (event) => this.choose(event));
  }

  /** Show these events and zoom to them. */
  show(events) {
    this.spots = events.filter((own) => own.latitude !== null && own.longitude !== null)
      .map((own) => ({ own, latitude: own.latitude / 10000, longitude: own.longitude / 10000 }))
      .sort((one, other) => other.own.photos - one.own.photos);
    this.fit();
  }

  fit() {
    if (!this.spots.length) return this.whole();
    const range = (name) => this.spots.reduce(([low, high], spot) => [Math.min(low, spot[name]), Math.max(high, spot[name])], [180, -180]);
    const [[west, east], [south, north]] = [range("longitude"), range("latitude")];
    const stretch = this.canvas.clientWidth / Math.max(1, this.canvas.clientHeight);
    this.view = { longitude: (west + east) / 2, latitude: (south + north) / 2, span: 0 };
    const tall = ((north - south) * stretch) / this.squeeze();
    this.view.span = Math.min(360, Math.max(0.4, 1.25 * Math.max(east - west, tall)));
    this.draw();
  }

  whole() {
    this.view = { longitude: 0, latitude: 15, span: 360 };
    this.draw();
  }

  zoom(times) {
    this.view.span = Math.min(360, Math.max(0.05, this.view.span * times));
    this.draw();
  }

  /** A degree of longitude is narrower than one of latitude; on the map of the world it may be as wide. */
  squeeze() {
    return this.view.span > 90 ? 1 : Math.max(0.2, Math.cos((this.view.latitude * Math.PI) / 180));
  }

  point(latitude, longitude) {
    const scale = this.canvas.clientWidth / this.view.span;
    return [
      this.canvas.clientWidth / 2 + (longitude - this.view.longitude) * scale,
      this.canvas.clientHeight / 2 - ((latitude - this.view.latitude) * scale) / this.squeeze(),
    ];
  }

  draw() {
    const { canvas } = this;
    if (!canvas.clientWidth) return;
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = canvas.clientHeight * devicePixelRatio;
    this.paper = canvas.getContext("2d");
    this.paper.scale(devicePixelRatio, devicePixelRatio);
    const style = getComputedStyle(document.documentElement);
    this.colour = (name) => style.getPropertyValue(`--${name}`);
    this.drawLand();
    if (this.view.span < 100) this.drawTowns();
    this.drawSpots();
  }

  /** A dot for each cell with a town; where they are close together their shade is that of land. */
  drawLand() {
    const size = Math.max(1, Math.min(((this.world.cell * this.canvas.clientWidth) / this.view.span) * 0.65, 3));
    this.paper.fillStyle = this.colour("land");
    for (let at = 0; at < this.cells.length; at += 2) {
      const [x, y] = this.point(this.cells[at], this.cells[at + 1]);
      this.paper.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** Towns as large as they are, and the names for which there is room. */
  drawTowns() {
    const scale = this.canvas.clientWidth / this.view.span;
    const taken = [];
    this.paper.fillStyle = this.colour("land");
    for (const [latitude, longitude, radius, name] of this.world.towns) {
      const [x, y] = this.point(latitude, longitude);
      if (x < 0 || y < 0 || x > this.canvas.clientWidth || y > this.canvas.clientHeight) continue;
      if (this.view.span < 8) this.disc(x, y, Math.min(6, Math.max(1.5, ((radius / KM_A_DEGREE) * scale) / this.squeeze())));
      if (taken.length < 40 && !taken.some(([left, top]) => Math.abs(left - x) < 90 && Math.abs(top - y) < 22)) taken.push([x, y, name]);
    }
    this.paper.fillStyle = this.colour("quiet");
    this.paper.font = "12px system-ui, sans-serif";
    for (const [x, y, name] of taken) this.paper.fillText(name, x + 4, y - 4);
  }

  disc(x, y, size) {
    this.paper.beginPath();
    this.paper.arc(x, y, size, 0, 2 * Math.PI);
    this.paper.fill();
  }

  drawSpots() {
    this.paper.fillStyle = this.colour("dot");
    this.paper.strokeStyle = this.colour("panel");
    for (const spot of this.spots) {
      [spot.x, spot.y] = this.point(spot.latitude, spot.longitude);
      spot.size = Math.min(16, 3 + Math.sqrt(spot.own.photos) / 2);
      this.paper.globalAlpha = 0.75;
      this.disc(spot.x, spot.y, spot.size);
      this.paper.globalAlpha = 1;
      this.paper.stroke();
    }
  }

  /** The event under the pointer; small dots are drawn last, so they come first. */
  at(event) {
    const reach = (spot) => Math.hypot(spot.x - event.offsetX, spot.y - event.offsetY) - spot.size;
    return this.spots.findLast((spot) => reach(spot) <= 3);
  }

  hint(event) {
    const spot = this.at(event);
    byId("hint").hidden = !spot;
    if (spot) byId("hint").textContent = `${spot.own.name} · ${period(spot.own)} · ${counted(texts.photos, spot.own.photos)}`;
  }

  choose(event) {
    const spot = this.at(event);
    if (spot && !this.dragged) this.open(spot.own);
  }

  drag(event) {
    const { canvas, view } = this;
    const start = { x: event.clientX, y: event.clientY, ...view };
    this.dragged = false;
    canvas.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const degrees = view.span / canvas.clientWidth;
      const [x, y] = [moved.clientX - start.x, moved.clientY - start.y];
      this.dragged ||= Math.hypot(x, y) > 4;
      this.view.longitude = start.longitude - x * degrees;
      this.view.latitude = Math.max(-85, Math.min(85, start.latitude + y * degrees * this.squeeze()));
      this.draw();
    };
    canvas.addEventListener("pointermove", move);
    const end = () => canvas.removeEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end, { once: true });
    canvas.addEventListener("pointercancel", end, { once: true });
  }
}
