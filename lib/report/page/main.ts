/** The program of the HTML report. `npm run docs` bundles it into the page's module of `lib/report`; it runs in the
 *  reader's browser, asks nothing of the network, and works on the data that stands in the page. */
import type { PageData } from '../html/page-data.ts';
import { startAccessTable } from './access-table.ts';
import { startCopyButtons } from './copy.ts';
import { byId } from './dom.ts';
import { startFindingList } from './finding-list.ts';
import { startGraph } from './graph-panel.ts';
import { startTheme } from './theme.ts';

/** The page and this program are made by one version: what `pageJson` wrote is read as it is. */
const data: PageData = JSON.parse(byId('run-data').textContent);

startTheme();
startCopyButtons();
startFindingList(data);
startAccessTable(data);
startGraph(data);
document.documentElement.dataset.ready = 'true';
