/** The style sheet of the report: light and dark as the reader's system has it, and for paper. */
export const style = `:root{color-scheme:light dark;--ink:#1b2430;--dim:#56616f;--paper:#fff;--panel:#f5f7f9;--rule:#d5dbe2;--out:#1f6fb2;--in:#2b8a5f;--inside:#7a6bb5;--rejected:#b0552c;--plain:#5c6f84;--muted:#aab4bf;--track:#e8edf2;--link:#0b57a4;--critical:#9c1020;--high:#b3341d;--medium:#855700;--low:#4d5b6b}
@media (prefers-color-scheme:dark){:root{--ink:#e3e8ee;--dim:#a0acb9;--paper:#12171d;--panel:#1a2129;--rule:#323c47;--out:#5aa9e6;--in:#58c08f;--inside:#a99be0;--rejected:#e08a5f;--plain:#93a5b8;--muted:#5a6672;--track:#242d37;--link:#7ab8f5;--critical:#ff8591;--high:#ff9b80;--medium:#e8b64c;--low:#aab6c3}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}footer{padding-bottom:3rem;color:var(--dim)}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--rule)}
h3{font-size:1.05rem;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}
h4{font-size:.95rem;margin:1.1rem 0 .35rem}
p{margin:.35rem 0;overflow-wrap:anywhere}a{color:var(--link)}
ul{margin:.35rem 0;padding-left:1.25rem}li{margin:.15rem 0;overflow-wrap:anywhere}
ul.for,ul.against,ul.missing{list-style:none;padding-left:1.4rem}
ul.for li,ul.against li,ul.missing li{position:relative}
ul.for li::before,ul.against li::before,ul.missing li::before{position:absolute;left:-1.2rem;font-weight:700}
ul.for li::before{content:"+";color:var(--high)}ul.against li::before{content:"\\2212";color:var(--in)}ul.missing li::before{content:"?";color:var(--dim)}
.dim,.ends,.picture-title{color:var(--dim)}
.note{border-left:4px solid var(--out);background:var(--panel);padding:.6rem 1rem;margin:1rem 0;white-space:pre-wrap}
.bad{color:var(--critical);font-weight:700}
nav ul{columns:2;list-style:none;padding:0}
.table{overflow-x:auto;margin:.6rem 0}.table:focus-visible{outline:2px solid var(--link)}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--dim);padding:.2rem 0}
th,td{padding:.22rem .6rem .22rem 0;border-bottom:1px solid var(--rule);vertical-align:top;text-align:left;font-weight:400}
thead th{color:var(--dim);border-bottom:2px solid var(--rule);white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
td.text{max-width:26rem;overflow-wrap:break-word}
.picture{min-width:9rem;width:34%}td.picture{vertical-align:middle}.parts .picture{width:14%;min-width:4rem}
.gaps{max-width:40rem}.gaps th.number{width:8rem}
.taken-out{color:var(--dim)}.goes-on th{font-weight:600}
.depth-1{padding-left:1rem}.depth-2{padding-left:2rem}.depth-3{padding-left:3rem}.depth-4{padding-left:4rem}.depth-5{padding-left:5rem}.depth-6{padding-left:6rem}
svg{display:block}
.track{fill:var(--track)}.out{fill:var(--out)}.in{fill:var(--in)}.inside{fill:var(--inside)}.rejected{fill:var(--rejected)}.plain{fill:var(--plain)}.muted{fill:var(--muted)}
.key{display:inline-block;width:.7em;height:.7em;margin-right:.4em}.key.out{background:var(--out)}.key.in{background:var(--in)}.key.inside{background:var(--inside)}.key.rejected{background:var(--rejected)}.key.plain{background:var(--plain)}
.strips{margin:.6rem 0 1rem}.strip-label{font-size:.82rem;margin:.4rem 0 .1rem}.strip{background:var(--panel)}
.axis line{stroke:var(--dim)}.axis text{fill:var(--dim);font-size:11px}
.ends{display:flex;justify-content:space-between;font-size:.78rem;margin:0}
.map{background:var(--panel)}.map .q1{fill:var(--out);opacity:.3}.map .q2{fill:var(--out);opacity:.5}.map .q3{fill:var(--out);opacity:.75}.map .q4{fill:var(--out)}.map .skipped{fill:var(--rejected)}.map .no-data{fill:var(--muted);opacity:.5}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(21rem,1fr));gap:0 2rem}
.two>div{min-width:0}
.finding{border-top:1px solid var(--rule);margin-top:1.5rem;padding-top:.25rem}
.grade{font-weight:700}.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low,.info,.cannot-tell{color:var(--low)}
pre{background:var(--panel);padding:.6rem .8rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.records table{font-size:.76rem}.records td{white-space:nowrap}
@media (max-width:600px){body{font-size:14px}main,header,footer{padding-left:.8rem;padding-right:.8rem}nav ul{columns:1}.parts .picture{min-width:2.5rem;width:2.5rem}.two{grid-template-columns:1fr}.depth-1{padding-left:.5rem}.depth-2{padding-left:1rem}.depth-3{padding-left:1.5rem}.depth-4{padding-left:2rem}.depth-5{padding-left:2.5rem}}
@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--panel:#f4f4f4;--rule:#bbb;--out:#1f6fb2;--in:#2b8a5f;--inside:#7a6bb5;--rejected:#b0552c;--plain:#5c6f84;--muted:#9aa5b0;--track:#e8e8e8;--link:#0b3d73;--critical:#9c1020;--high:#b3341d;--medium:#855700;--low:#4d5b6b}
@page{margin:16mm 14mm}
body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}main,header,footer{max-width:none;padding:0}
h2,h3,h4,caption,.picture-title,.strip-label{break-after:avoid}.finding{break-before:page;border-top:0}
tr,.strips,li,.note{break-inside:avoid}thead{display:table-header-group}
.table{overflow:visible}table{font-size:8pt}td.number,th.number,thead th{white-space:normal}.records td,.records th{padding-right:.25rem}.records table{font-size:6.2pt}.records td{white-space:normal}td,th{overflow-wrap:anywhere}td.text{overflow-wrap:anywhere}.picture{min-width:4rem}pre{font-size:7.5pt}
a[href^="https"]::after{content:" (" attr(href) ")";font-size:.85em}nav{display:none}}
`;
