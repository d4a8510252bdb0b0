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
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  matchMedia("print").addEventListener("change", paint);
})();
