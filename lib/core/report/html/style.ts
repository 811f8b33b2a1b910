/** Colours by meaning, light and dark. Every pair of text and ground has a contrast of at least 4.5 to 1. */
const light = `
  color-scheme: light;
  --ground: #f5f6f8; --card: #ffffff; --sunken: #eef0f4; --line: #d9dde4; --text: #16202c; --muted: #55616f;
  --accent: #3442b8; --focus: #3442b8; --good: #176b3a; --good-ground: #dcf3e4; --warn: #7a4a00; --warn-ground: #fff2d6;
  --critical: #8e0b2b; --high: #bf3a0a; --medium: #f0b429; --medium-text: #332500; --low: #2b67ab; --info: #5b6674;
  --edge: #b4bcc8; --broken: #c4122f; --open: #c2570a; --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 4px 14px rgb(16 24 40 / 5%);`;
const dark = `
  color-scheme: dark;
  --ground: #0e131a; --card: #171e28; --sunken: #10161e; --line: #2c3644; --text: #e8edf4; --muted: #a3afbd;
  --accent: #aab4ff; --focus: #aab4ff; --good: #83dba5; --good-ground: #143524; --warn: #ffd489; --warn-ground: #3b2a08;
  --critical: #a3143a; --high: #bf4a1c; --medium: #e9b23b; --medium-text: #2a1f00; --low: #2f6cb3; --info: #5d6977;
  --edge: #4a5666; --broken: #ff7b8b; --open: #ffa55c; --shadow: none;`;

const page = `
*,*::before,*::after { box-sizing: border-box }
html { scroll-behavior: smooth; scroll-padding-top: 4rem }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif }
code, pre, .mono { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .87em }
code, .mono { overflow-wrap: anywhere; unicode-bidi: isolate } li, p, h2 { overflow-wrap: anywhere }
h1 { font-size: 1.5rem; margin: 0; letter-spacing: -.01em; text-wrap: balance } h2 { font-size: 1.15rem; margin: 0 0 .75rem } h3 { font-size: 1rem; margin: 0 }
p { margin: .25rem 0 } a { color: var(--accent) } .muted { color: var(--muted) }
main, .bar-inner { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem }
.skip { position: absolute; left: -100rem } .skip:focus { left: 1rem; top: .5rem; z-index: 9; background: var(--card); padding: .5rem 1rem }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px }
.bar { position: sticky; top: 0; z-index: 5; background: color-mix(in srgb, var(--ground) 88%, transparent); backdrop-filter: blur(8px); border-bottom: 1px solid var(--line) }
.bar-inner { display: flex; align-items: center; gap: 1.25rem; min-height: 3.25rem; flex-wrap: wrap }
.bar nav { display: flex; gap: .25rem; flex-wrap: wrap; flex: 1 } .bar nav a { padding: .3rem .65rem; border-radius: 6px; text-decoration: none; color: var(--text) }
.bar nav a:hover { background: var(--sunken) } .brand { font-weight: 700; letter-spacing: -.01em }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; margin: 1.25rem 0; box-shadow: var(--shadow) }
.verdict { display: grid; grid-template-columns: 1fr auto; gap: 1rem 2rem; align-items: center; border-left: 6px solid var(--good) }
.verdict.findings { border-left-color: var(--high) } .verdict.incomplete, .verdict.undecided { border-left-color: var(--medium) }
.tiles { display: flex; gap: .6rem; flex-wrap: wrap } .tile { min-width: 5rem; text-align: center; padding: .5rem .8rem; border-radius: 10px; color: #fff; border: 0; font: inherit; cursor: pointer }
.tile b { display: block; font-size: 1.6rem; line-height: 1.15; font-variant-numeric: tabular-nums } .tile.none { background: var(--sunken) !important; color: var(--muted) !important }
.critical { background: var(--critical); color: #fff } .high { background: var(--high); color: #fff } .medium { background: var(--medium); color: var(--medium-text) } .low { background: var(--low); color: #fff } .info { background: var(--info); color: #fff }
.badge { display: inline-block; min-width: 4.9rem; text-align: center; padding: .1rem .5rem; border-radius: 5px; font-size: .75rem; font-weight: 700; text-transform: uppercase; letter-spacing: .04em }
.chip { display: inline-block; padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 99px; font-size: .8rem; color: var(--muted) }
button, select, input { font: inherit; color: inherit } button { cursor: pointer }
.button { background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: .3rem .7rem } .button:hover { background: var(--sunken) } .button[aria-pressed=true] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
select, input[type=search] { background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: .35rem .6rem; max-width: 100% }
.tools { display: flex; gap: .6rem; flex-wrap: wrap; align-items: center; margin-bottom: .9rem } .tools input[type=search] { flex: 1 1 16rem } .pill { display: inline-flex; gap: .35rem; align-items: center; padding: .2rem .55rem; border: 1px solid var(--line); border-radius: 99px; cursor: pointer }
.gap { border-color: var(--medium); border-left: 6px solid var(--medium) } .gap li, .plain li { margin: .4rem 0 } ul { padding-left: 1.2rem; margin: .5rem 0 }
.scroll { overflow: auto; max-width: 100%; position: relative } table { border-collapse: separate; border-spacing: 3px; width: 100% } th { text-align: left; font-weight: 600; font-size: .82rem; vertical-align: bottom }
.heat td { text-align: center; border-radius: 6px; min-width: 4.5rem; height: 2.3rem; padding: 0 } .heat th[scope=row] { vertical-align: middle; white-space: nowrap; padding-right: 1rem; font-weight: 500 } .heat thead th { text-align: center; font-weight: 500; color: var(--muted); line-height: 1.25; padding: 0 .2rem .3rem } .heat thead th:first-child { text-align: left }
.heat td button { all: unset; box-sizing: border-box; display: block; width: 100%; line-height: 2.3rem; cursor: pointer; font-weight: 700; border-radius: 6px } .heat td button:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px }
.ok { background: var(--good-ground); color: var(--good) } .unknown { background: var(--warn-ground); color: var(--warn); font-weight: 700 } .unasked, .unused { background: var(--sunken); color: var(--muted) }
.legend { display: flex; gap: 1rem; flex-wrap: wrap; font-size: .85rem; color: var(--muted); margin-top: .6rem } .legend span b { display: inline-block; min-width: 1.6rem; text-align: center; border-radius: 4px; margin-right: .35rem }`;

const parts = `
.finding { border: 1px solid var(--line); border-radius: 9px; margin: .5rem 0; background: var(--card) } .finding[open] { border-color: var(--muted) } .finding.target { outline: 3px solid var(--focus) }
.finding summary { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; overflow-wrap: anywhere; gap: .2rem .8rem; padding: .6rem .8rem; cursor: pointer; list-style: none; align-items: baseline } .finding summary::-webkit-details-marker { display: none } .finding summary:hover { background: var(--sunken) }
.finding summary .where { grid-column: 2; color: var(--muted); font-size: .85rem } .body { padding: .2rem .9rem .9rem; border-top: 1px solid var(--line) } .body h4 { margin: .9rem 0 .3rem; font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; color: var(--muted) }
.body dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem .9rem; margin: .3rem 0 } .body dt { color: var(--muted) } .body dd { margin: 0; min-width: 0 }
.command { display: flex; gap: .5rem; align-items: flex-start; margin: .35rem 0 } .command pre { flex: 1; margin: 0; padding: .55rem .7rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 7px; white-space: pre-wrap; overflow-wrap: anywhere }
.evidence { width: 100%; border-spacing: 0; font-size: .9rem } .evidence td, .evidence th { border-bottom: 1px solid var(--line); padding: .3rem .5rem; vertical-align: top; text-align: left; overflow-wrap: anywhere }
.diff { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem } .diff pre { margin: 0; padding: .5rem; border-radius: 6px; background: var(--sunken); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 14rem; overflow: auto }
.graph-frame.chosen { display: grid; grid-template-columns: minmax(0, 1fr) 18rem; gap: 1rem } .graph-view { position: relative; overflow: auto; height: min(70vh, 46rem); border: 1px solid var(--line); border-radius: 9px; background: var(--ground) } .graph-view svg { display: block }
.graph-side { font-size: .9rem; max-height: min(70vh, 46rem); overflow: auto } .graph-head { position: sticky; top: 0; z-index: 1; height: 1.7rem; background: var(--card); border-bottom: 1px solid var(--line); font-size: .78rem; font-weight: 600; color: var(--muted) } .graph-head span { position: absolute; top: .2rem; white-space: nowrap }
.node rect { fill: var(--card); stroke: var(--edge) } .node text { fill: var(--text); font-size: 12px } .node { cursor: pointer } .node.absent rect, .node.named rect { stroke-dasharray: 4 3 } .node.absent text { text-decoration: line-through } .node:focus { outline: none } .node:focus rect, .node.chosen rect { stroke: var(--focus); stroke-width: 3 }
.node rect.mark { stroke: none } .node .m-critical { fill: var(--critical) } .node .m-high { fill: var(--high) } .node .m-medium { fill: var(--medium) } .node .m-low { fill: var(--low) } .node .m-info { fill: var(--info) }
.edge { fill: none; stroke: var(--edge); stroke-width: 1.2 } .edge.broken { stroke: var(--broken); stroke-width: 2; stroke-dasharray: 6 4 } .edge.open { stroke: var(--open); stroke-width: 3 } .edge.unknown { stroke-dasharray: 2 4 } .faded { opacity: .16 }
.trend svg { width: 100%; height: 9rem } .s-critical { fill: var(--critical) } .s-high { fill: var(--high) } .s-medium { fill: var(--medium) } .s-low { fill: var(--low) } .s-info { fill: var(--info) }
footer { color: var(--muted); font-size: .85rem; padding: 0 0 3rem } .hidden { display: none !important } .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@media (max-width: 60rem) { .verdict, .graph-frame.chosen { grid-template-columns: minmax(0, 1fr) } .diff { grid-template-columns: 1fr } }
@media (max-width: 40rem) { .bar nav { order: 1; flex: 1 0 100%; flex-wrap: nowrap; overflow-x: auto } .bar nav a { white-space: nowrap } .bar-inner { justify-content: space-between; gap: .25rem 1rem } .heat th[scope=row] { white-space: normal; padding-right: .3rem }
  .finding summary { grid-template-columns: auto minmax(0, 1fr) } .finding summary > :nth-child(2), .finding summary > :nth-child(4) { order: 2; grid-column: 1 / -1 } .finding summary > :nth-child(3) { order: 1; justify-self: end } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto } *, *::before, *::after { transition: none !important; animation: none !important } }
@media (forced-colors: active) { .badge, .tile, .heat td { border: 1px solid; forced-color-adjust: none } }
@media print {
  :root { --ground: #fff; --card: #fff } body { font-size: 10pt } .bar, .tools, .command button, .graph-side, .more { display: none !important } .graph-frame { display: block } .graph-view { height: auto; overflow: visible; border: 0 }
  section { box-shadow: none; border-color: #999; break-inside: auto } .finding, tr, li { break-inside: avoid } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } a { color: inherit; text-decoration: none }
}`;

/** The whole style sheet of the report. It names no other resource. */
export const style = `:root {${light}
}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {${dark}
} }
@media not print { :root[data-theme=dark] {${dark}
} }${page}${parts}
`;
