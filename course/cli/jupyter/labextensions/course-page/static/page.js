/* What the pages of the course need of JupyterLab. Written by hand, so that no build step is needed: JupyterLab
   loads this file as a prebuilt extension. Only documented parts of an application are used: the document
   registry, the shell, a notebook panel, its rendermime and its kernel.

   1. A widget whose kernel is gone gives way to its text, which every widget of the course has.
   2. A cell that calls check or reset takes along what stands in the answer cells (course/page/front.py).
   3. reset puts the starter into its answer cell.
   4. The first page is read anew when it is shown.
   5. A question's options are a named group for a screen reader.
   6. After a click on an option the cell below is the active one: Shift+Enter goes on, and asks no question again.
   7. A tick has enough contrast in the light theme (4.5:1 and more; JupyterLab's own green has 4.1:1). */
(() => {
  const NAME = "course-page";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const FIRST_PAGE = "start_here.md";
  const ASKS = /\b(check|reset)\s*\(/;
  const OVER = ["restarting", "autorestarting", "terminating", "dead"];

  const STYLE = `
    body[data-jp-theme-light="true"] .jp-OutputArea-output { --jp-success-color1: #2e7d32; }
  `;

  const cells = panel => [...(panel.content.model?.sharedModel.cells ?? [])];
  const gradeId = cell => cell.getMetadata("nbgrader")?.grade_id ?? "";

  function answers(panel) {
    const found = {};
    for (const cell of cells(panel)) {
      if (gradeId(cell).startsWith("answer-")) found[gradeId(cell)] = cell.getSource();
    }
    return found;
  }

  function nameGroups(node, question) {
    const name = () => {
      const groups = node.querySelectorAll(".widget-radio");
      groups.forEach(each => {
        each.setAttribute("role", "radiogroup");
        each.setAttribute("aria-label", question);
      });
      if (groups.length) observer.disconnect();
    };
    const observer = new MutationObserver(name); // a widget's view comes after its renderer
    observer.observe(node, { childList: true, subtree: true });
    name();
  }

  // JupyterLab makes the cell of a click the active one. With the arrow keys the focus must stay in the options.
  function goOnAfterAClick(panel) {
    const notebook = panel.content;
    let byPointer = false;
    panel.node.addEventListener("pointerdown", () => { byPointer = true; }, true);
    panel.node.addEventListener("keydown", () => { byPointer = false; }, true);
    panel.node.addEventListener("click", event => {
      if (!byPointer || !event.target.closest(".widget-radio")) return;
      const asked = notebook.widgets.findIndex(each => each.node.contains(event.target));
      if (asked !== notebook.activeCellIndex || asked + 1 >= notebook.widgets.length) return;
      notebook.mode = "command";
      notebook.activeCellIndex = asked + 1;
    });
  }

  function watchWidgets(panel) {
    const rendermime = panel.content.rendermime;
    const make = rendermime.createRenderer.bind(rendermime);
    const live = new Map();

    async function asText(renderer, model) {
      live.delete(renderer);
      if (renderer.isDisposed || !model.data["text/html"]) return;
      const text = make("text/html");
      await text.renderModel(model);
      renderer.node.replaceChildren(text.node);
    }

    rendermime.createRenderer = mimeType => {
      const renderer = make(mimeType);
      if (mimeType !== VIEW) return renderer;
      const render = renderer.renderModel.bind(renderer);
      renderer.renderModel = async model => {
        await render(model);
        if (renderer.node.textContent.startsWith("Error displaying widget")) return asText(renderer, model);
        live.set(renderer, model);
        const said = String(model.data["text/plain"] ?? "");
        if (said.startsWith("Predict: ")) nameGroups(renderer.node, said.split("\n")[0]);
      };
      return renderer;
    };
    return () => [...live].forEach(([renderer, model]) => asText(renderer, model));
  }

  function putStarters(panel, message) {
    const { grade_id, source } = message.content.metadata?.course_reset ?? {};
    const cell = grade_id && cells(panel).find(each => gradeId(each) === grade_id);
    if (cell) cell.setSource(source);
  }

  function watchKernel(panel, kernel) {
    const request = kernel.requestExecute.bind(kernel);
    kernel.requestExecute = (content, dispose, metadata) => {
      const more = ASKS.test(content.code) ? { course_answers: answers(panel) } : {};
      return request(content, dispose, { ...metadata, ...more });
    };
    kernel.iopubMessage.connect((_, message) => {
      if (message.header.msg_type === "execute_result") putStarters(panel, message);
    });
  }

  function begin(panel) {
    const widgetsAreOver = watchWidgets(panel);
    goOnAfterAClick(panel);
    const session = panel.sessionContext;
    const watched = new WeakSet();
    const look = kernel => {
      if (!kernel || watched.has(kernel)) return;
      watched.add(kernel);
      watchKernel(panel, kernel);
    };
    look(session.session?.kernel);
    session.kernelChanged.connect((_, change) => {
      if (change.oldValue) widgetsAreOver();
      look(change.newValue);
    });
    session.statusChanged.connect((_, status) => {
      if (OVER.includes(status)) widgetsAreOver();
    });
  }

  const plugin = {
    id: `${NAME}:plugin`,
    autoStart: true,
    activate: app => {
      document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
      app.docRegistry.addWidgetExtension("Notebook", { createNew: panel => begin(panel) });
      app.shell.currentChanged?.connect((_, change) => {
        const context = change.newValue?.context;
        if (context?.path === FIRST_PAGE && context.isReady && !context.model.dirty) context.revert();
      });
    }
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB[NAME] = { init: async () => {}, get: async () => () => ({ __esModule: true, default: plugin }) };
})();
