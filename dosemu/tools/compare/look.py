"""How the report looks and what its page does by itself: styles and a script, both written into the page.

Without the script all is there and can be read; with it the table sorts, names and marks filter, programs have small
pictures in the table, and a picture opens large, where a press shows the other emulator's in its place.
"""

STYLE = """\
:root{color-scheme:light dark;--back:#fff;--text:#1c2024;--quiet:#667079;--line:#d9dee3;--card:#f6f8fa;--on:#ddf4ff;
--good:#1a7f37;--fair:#9a6700;--bad:#cf222e;--ours:#0969da;--theirs:#bc4c00;--add:#dafbe1;--gone:#ffebe9}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--quiet:#8b949e;--line:#30363d;--card:#161b22;
--on:#10283f;--good:#3fb950;--fair:#d29922;--bad:#f85149;--ours:#58a6ff;--theirs:#f0883e;--add:#12261e;--gone:#2d1618}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:1360px;padding:2rem 1.5rem;background:var(--back);
color:var(--text)}
h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:0;display:inline}
h3{font-size:1rem;margin:1.4rem 0 .5rem}p{margin:.3rem 0}.quiet{color:var(--quiet)}
a{color:var(--ours);text-decoration:none}a:hover{text-decoration:underline}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left}th{font-weight:600;white-space:nowrap}
.number{text-align:right}.wide{overflow-x:auto}.overview{width:100%;margin:1rem 0 2.5rem}
.overview tbody tr:hover{background:var(--card)}.overview td:nth-child(2){min-width:9rem}
.overview th[aria-sort]::after{content:" \\25b4";color:var(--quiet)}
.overview th[aria-sort=descending]::after{content:" \\25be"}
.scripted .overview thead th{cursor:pointer;position:sticky;top:0;background:var(--back)}
.thumbs{display:flex;gap:3px}.thumbs:not(:empty){width:131px}.thumbs img{width:64px;height:48px;border-radius:2px}
.tiles{display:flex;flex-wrap:wrap;gap:.7rem;margin:1.2rem 0 .4rem;align-items:stretch}
.tile{font:inherit;color:inherit;text-align:left;border:1px solid var(--line);border-radius:10px;background:var(--card);
padding:.5rem 1.1rem;min-width:7rem}.tile b{display:block;font-size:1.5rem;line-height:1.3}
.scripted button.tile{cursor:pointer}.tile[aria-pressed=true]{background:var(--on);border-color:var(--ours)}
#find{font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:10px;
padding:.5rem 1rem;min-width:14rem;flex:1;display:none}.scripted #find{display:block}
.case{border:1px solid var(--line);border-radius:10px;padding:1rem 1.3rem;margin:0 0 1rem;background:var(--card)}
summary{cursor:pointer}.case>summary code{margin-left:.6rem;color:var(--quiet)}
.mark{display:inline-block;white-space:nowrap}.mark::before{content:"";display:inline-block;width:.6em;height:.6em;
border-radius:50%;margin-right:.45em;background:var(--quiet)}
.same::before{background:var(--good)}.close::before{background:var(--fair)}
.different::before,.failed::before{background:var(--bad)}.none{color:var(--quiet)}.none::before{display:none}
.shots{display:grid;grid-template-columns:repeat(3,1fr);gap:.6rem 1rem;align-items:start}
.shots>b{font-size:.85rem;color:var(--quiet)}.shots>.when{grid-column:1/-1;font-size:.9rem;margin-top:.4rem}
figure{margin:0}img{width:100%;height:auto;display:block;image-rendering:pixelated;border-radius:4px;background:#000;
aspect-ratio:4/3}.scripted figure img{cursor:zoom-in}
pre{font:12px/1.4 ui-monospace,monospace;margin:.4rem 0;padding:.7rem;overflow:auto;max-height:24rem;
border:1px solid var(--line);border-radius:6px;background:var(--back)}
ins,del{display:block;text-decoration:none}ins{background:var(--add)}del{background:var(--gone)}
code{font:13px ui-monospace,monospace}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
svg{width:100%;height:130px;display:block}.ours{stroke:var(--ours);fill:none}.theirs{stroke:var(--theirs);fill:none}
.key::before{content:"";display:inline-block;width:1.2em;height:3px;vertical-align:middle;margin-right:.4em}
.key.a::before{background:var(--ours)}.key.b::before{background:var(--theirs)}.key{margin-right:1.2em;font-size:.9rem}
dialog{border:0;padding:0;background:#000;color:#eee;max-width:100vw;max-height:100vh}
dialog::backdrop{background:#000d}dialog img{height:min(88vh,72vw);width:auto;border-radius:0}
dialog p{padding:.2rem .8rem;margin:0;display:flex;justify-content:space-between;gap:2rem}
@media(max-width:700px){.shots,.pair{grid-template-columns:1fr}body{padding:1rem}}
@media print{.tiles #find{display:none}.case{break-inside:avoid}}
"""

SCRIPT = """\
document.documentElement.classList.add("scripted");
const all = (what, where) => [...(where || document).querySelectorAll(what)];
const rows = all(".overview tbody tr"), find = document.getElementById("find"), tiles = all("button.tile");
for (const row of rows) {
  const box = row.querySelector(".thumbs");
  for (const one of box.dataset.shot ? all(`#${box.dataset.shot} img`).slice(0, 2) : []) {
    const small = new Image();
    small.src = one.src;
    small.alt = one.alt;
    box.append(small);
  }
}
let mark = "";
function filter() {
  const text = find ? find.value.toLowerCase() : "";
  for (const row of rows) {
    const hidden = (mark && row.dataset.mark !== mark) || !row.dataset.name.includes(text);
    row.hidden = hidden;
    document.getElementById(row.dataset.case).hidden = hidden;
  }
}
for (const tile of tiles) tile.onclick = () => {
  mark = mark === tile.dataset.mark ? "" : tile.dataset.mark;
  for (const each of tiles) each.setAttribute("aria-pressed", mark === each.dataset.mark);
  filter();
};
if (find) find.oninput = filter;
all(".overview thead th").forEach((head, column) => {
  head.onclick = () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    all(".overview thead th").forEach(each => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = row => row.cells[Math.min(column, row.cells.length - 1)].dataset.key || "";
    const order = (a, b) => {
      const [x, y] = [key(a), key(b)], [n, m] = [parseFloat(x), parseFloat(y)];
      return (isNaN(n) || isNaN(m) ? x.localeCompare(y) : n - m) * (up ? 1 : -1);
    };
    const body = head.closest("table").tBodies[0];
    rows.sort(order).forEach(row => body.append(row));
  };
});
function open_case() {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
}
addEventListener("hashchange", open_case);
open_case();
const dialog = document.createElement("dialog"), large = new Image(), caption = document.createElement("p");
dialog.append(large, caption);
document.body.append(dialog);
let shown = [], at = 0;
function show() {
  large.src = shown[at].src;
  large.alt = shown[at].alt;
  caption.textContent = "";
  caption.append(shown[at].alt, Object.assign(document.createElement("span"),
    {textContent: "click or space: the other emulator's; Escape: close"}));
}
function turn() { at = (at + 1) % shown.length; show(); }
for (const one of all("figure img")) one.onclick = () => {
  const shot = one.closest("[data-pictures]");
  shown = all("figure img", shot);
  at = shown.indexOf(one);
  show();
  dialog.showModal();
};
large.onclick = turn;
dialog.onkeydown = event => { if (event.key === " ") { event.preventDefault(); turn(); } };
dialog.onclick = event => { if (event.target === dialog) dialog.close(); };
"""
