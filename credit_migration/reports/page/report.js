"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const sortRows = (table, position, ascending) => {
    const body = table.tBodies[0];
    const text = (row) => row.cells[position].textContent;
    const numeric = table.tHead.rows[0].cells[position].classList.contains("number");
    const order = numeric
      ? (a, b) => Number(text(a)) - Number(text(b))
      : (a, b) => text(a).localeCompare(text(b));
    const rows = [...body.rows].sort(order);
    body.append(...(ascending ? rows : rows.reverse()));
  };

  for (const table of document.querySelectorAll("table")) {
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, position) => {
      header.querySelector("button").addEventListener("click", () => {
        const ascending = header.getAttribute("aria-sort") !== "ascending";
        headers.forEach((other) => other.setAttribute("aria-sort", "none"));
        header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        sortRows(table, position, ascending);
      });
    });
  }

  for (const input of document.querySelectorAll("input[data-table]")) {
    const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows];
    const told = input.closest(".filter").querySelector("output");
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase();
      rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
      const shown = rows.filter((row) => !row.hidden).length;
      told.textContent = wanted ? `${shown} of ${rows.length} rows` : "";
    });
  }

  const drawGraph = ({ nodes, edges }) => {
    const place = document.getElementById("call-graph");
    const graph = cytoscape({
      container: place,
      elements: [...nodes, ...edges].map((one) => ({
        data: one, classes: one.part || (one.undecided ? "undecided" : "proven"),
      })),
      style: [],
      userZoomingEnabled: false,
      boxSelectionEnabled: false,
      autoungrabify: true,
      maxZoom: 1,
    });
    const paint = () => graph.style().fromJson([
      { selector: "node", style: {
        shape: "round-rectangle", label: (node) => [node.data("name"), node.data("place")].filter(Boolean).join("\n"),
        width: (node) => 7.5 * Math.max(node.data("name").length, node.data("place").length) + 20, height: 44,
        "text-wrap": "wrap", "text-valign": "center", "font-family": "ui-monospace, monospace", "font-size": 12,
        "line-height": 1.25,
        color: colour("--ink"), "background-color": colour("--panel"),
        "border-width": 1.5, "border-color": colour("--quiet"),
      } },
      { selector: "node.entry", style: { "border-color": colour("--link"), "border-width": 2.5 } },
      { selector: "node.end", style: { "border-color": colour("--error"), "border-width": 2.5 } },
      { selector: "node.open", style: { "border-color": colour("--undecided"), "border-style": "dashed" } },
      { selector: "edge", style: {
        "curve-style": "bezier", "target-arrow-shape": "triangle", width: 1.5,
        "line-color": colour("--quiet"), "target-arrow-color": colour("--quiet"),
      } },
      { selector: "edge.undecided", style: { "line-style": "dashed" } },
    ]).update();
    paint();
    graph.layout({
      name: "dagre", animate: false, fit: false, rankSep: 36, nodeSep: 24,
    }).run();
    const fit = () => {
      const box = graph.elements().boundingBox();
      const scale = Math.min(1, place.clientWidth / (box.w + 20));
      place.style.height = `${Math.ceil((box.h + 20) * scale)}px`;
      graph.resize();
      graph.fit(undefined, 8);
    };
    fit();
    addEventListener("resize", fit);
    return paint;
  };

  const repaintOn = (paint) => {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    matchMedia("print").addEventListener("change", paint);
  };

  const calls = document.getElementById("graph");
  if (calls) repaintOn(drawGraph(JSON.parse(calls.textContent)));

  const data = document.getElementById("charts");
  if (!data) return;
  const charts = JSON.parse(data.textContent).map(({ id, labels, series, over_time }) => new Chart(id, {
    type: over_time ? "line" : "bar",
    data: {
      labels,
      datasets: series.map(({ name, values }) => ({ label: name, data: values, fill: over_time, pointRadius: 0, borderWidth: 1.5 })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: { x: { stacked: true }, y: { stacked: true, beginAtZero: true } },
      plugins: { legend: { display: series.length > 1 } },
    },
  }));
  const paint = () => {
    for (const chart of charts) {
      chart.data.datasets.forEach((dataset, position) => {
        dataset.borderColor = colour(`--series-${position % 4}`);
        dataset.backgroundColor = chart.config.type === "line" ? `${dataset.borderColor}55` : dataset.borderColor;
      });
      for (const axis of Object.values(chart.options.scales)) {
        axis.ticks = { ...axis.ticks, color: colour("--quiet") };
        axis.grid = { color: colour("--line") };
      }
      chart.options.plugins.legend.labels = { color: colour("--ink") };
      chart.resize();
      chart.update();
    }
  };
  paint();
  repaintOn(paint);
})();
