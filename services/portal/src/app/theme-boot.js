/* Runs before the first paint, in every browser as it stands: see build/theme-script.ts. */
(function () {
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  function chosen() {
    try {
      return localStorage.getItem('switchboard.theme');
    } catch {
      return null;
    }
  }
  function apply() {
    var theme = chosen();
    document.documentElement.dataset.theme =
      theme === 'dark' || theme === 'light' ? theme : dark.matches ? 'dark' : 'light';
  }
  apply();
  dark.addEventListener('change', apply);
  window.addEventListener('switchboard:theme', apply);
})();
