// Recobro's only script of its own: "/" goes to the search box, and a row of tabs shows the one that is open. Everything works without it.
"use strict";
const showTab = () => {
  for (const tab of document.querySelectorAll(".rc-tabs [aria-current]")) {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
};
showTab();
document.addEventListener("htmx:afterSettle", showTab);
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("q");
  if (!search) return;
  event.preventDefault();
  search.focus();
});
