/** An audit as one page to be printed: no script, nothing loaded from elsewhere. */
import type { AuditReport } from '../model/audit.ts';
import { percent, type ReportSection, reportNotes, reportSections, reportTitle } from './report-sections.ts';

const STYLE = `
:root { color-scheme: light; font: 10pt/1.45 system-ui, sans-serif; color: #1a1d21; }
body { max-width: 190mm; margin: 12mm auto; padding: 0 4mm; }
h1 { font-size: 15pt; margin: 0 0 2mm; } h2 { font-size: 11.5pt; margin: 7mm 0 1mm; break-after: avoid; }
p { margin: 0 0 1.5mm; color: #555c66; } .headline { font-size: 26pt; color: #1a1d21; margin: 4mm 0 0; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 0.25mm solid #d6dae0; overflow-wrap: anywhere; }
th { font-weight: 600; border-bottom-color: #1a1d21; } .figure { text-align: right; white-space: nowrap; }
thead { display: table-header-group; } tr { break-inside: avoid; }
@media (max-width: 700px) { .scroll { overflow-x: auto; } }
@page { size: A4; margin: 14mm 12mm; } @media print { body { margin: 0; max-width: none; padding: 0; } }
`;

export function auditHtml(report: AuditReport, more: readonly ReportSection[] = []): string {
  const title = escaped(reportTitle(report));
  const { perfectShare, perfect, counted } = report.whole;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${reportNotes(report)
  .map((note) => `<p>${escaped(note)}</p>`)
  .join('\n')}
<p class="headline">${percent(perfectShare)}</p>
<p>perfect orders: ${perfect} of ${counted} that count</p>
${[...reportSections(report), ...more].map(sectionHtml).join('\n')}
</body>
</html>
`;
}

function sectionHtml({ title, note, head, rows, figures }: ReportSection): string {
  const cells = (tag: 'th' | 'td', texts: readonly string[]): string =>
    texts
      .map((text, index) => `<${tag}${figures.includes(index) ? ' class="figure"' : ''}>${escaped(text)}</${tag}>`)
      .join('');
  const paragraph = note === undefined ? '' : `\n<p>${escaped(note)}</p>`;
  if (rows.length === 0) return `<h2>${escaped(title)}</h2>${paragraph}`;
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<h2>${escaped(title)}</h2>${paragraph}
<div class="scroll"><table>
<thead><tr>${cells('th', head)}</tr></thead>
<tbody>
${body}
</tbody>
</table></div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
