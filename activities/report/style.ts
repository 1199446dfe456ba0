/** The page's only style. Its hash stands in the page's security policy, so nothing that tasks bring along can style anything. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1d2226; --soft: #55606a; --rule: #d5dade; --panel: #f5f7f8; --link: #14607c;
  --good: #1d6b3a; --bad: #9c2f1d; --warn: #7d5200;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --ink: #e3e7ea; --soft: #a3adb6; --rule: #353d45; --panel: #1c2228; --link: #7cc4de;
    --good: #7cc796; --bad: #f0937f; --warn: #e3b35f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
header { border-bottom: 1px solid var(--rule); padding-bottom: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { max-width: 44rem; margin: .6rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 1rem 0 0; padding: 0; font-size: .925rem; }
.soft { color: var(--soft); }
.lead { font-size: 1.075rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.notice { border-left: 4px solid var(--warn); background: var(--panel); padding: .75rem 1rem; margin: 1.25rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .925rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
thead th { border-bottom-width: 2px; white-space: nowrap; overflow-wrap: normal; }
th[scope=row] { font-weight: 600; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .85rem; }
pre { background: var(--panel); padding: .6rem .8rem; margin: .35rem 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: .75rem 0; } figcaption { color: var(--soft); font-size: .925rem; max-width: 44rem; }
img { max-width: 100%; height: auto; display: block; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem 2rem; }
details { border-top: 1px solid var(--rule); padding: .6rem 0; }
summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
ol.steps { padding-left: 1.5rem; } ol.steps > li { margin: .9rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav { display: none; }
  h2 { break-after: avoid; } figure, tr { break-inside: avoid; }
  a { color: inherit; }
}
`;
