"""`huiyin train | evaluate | model …`: versions of the judgement."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import WRONG_USE, AsJson, complain, emit, open_house

TASKS = ("domain", "procedure", "kind", "urgency", "promises", "redact", "review", "knowledge", "repeats")

model = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="模型版本。")


def enter(app: typer.Typer) -> None:
    app.command()(train)
    app.command()(evaluate)
    app.add_typer(model, name="model")


def train(
    source: Annotated[Path, typer.Argument(help="带 label 的 JSONL，或语料文件夹。")],
    out: Annotated[Path, typer.Option("--out", help="模型存放的文件夹。")],
    seed: Annotated[int, typer.Option("--seed", help="随机种子。")] = 1,
    as_json: AsJson = False,
) -> None:
    """用已标注的来件训练领域模型。"""
    from classifiers.training import read_rows, train_corpus
    from classifiers.training import train as fit

    artifact = train_corpus(source, out, seed=seed) if source.is_dir() else fit(read_rows(source), out=out, seed=seed)
    result = {"model": str(out), **artifact.card()}
    text = f"已训练：{artifact.version}，{len(artifact.labels)} 类，存于 {out}。"
    emit(result, as_json=as_json, text=text)


def evaluate(
    source: Annotated[Path, typer.Argument(help="带标注的 JSONL。")],
    model_folder: Annotated[Path | None, typer.Option("--model", help="模型文件夹；默认用当前启用的版本。")] = None,
    task: Annotated[
        str,
        typer.Option(
            "--task", help="domain、procedure、kind、urgency、promises、redact、review、knowledge 或 repeats。"
        ),
    ] = "domain",
    folds: Annotated[int, typer.Option("--folds", help="大于 1 时做交叉验证（重新训练）。")] = 0,
    domains: Annotated[str, typer.Option("--domains", help="只在这些领域中判断，逗号分隔（domain）。")] = "",
    as_json: AsJson = False,
) -> None:
    """在已标注的数据上测量判断的准确程度。"""
    from flows.evaluating import evaluate_file

    if task not in TASKS:
        complain(f"--task 应为 {'、'.join(TASKS)}。")
        raise typer.Exit(WRONG_USE)
    if domains and (task != "domain" or folds > 1):
        complain("--domains 只用于 --task domain，交叉验证的类别取自数据本身。")
        raise typer.Exit(WRONG_USE)
    chosen = [code.strip() for code in domains.split(",") if code.strip()]
    result, text = evaluate_file(open_house(ready=False), source, task, model_folder, folds, chosen)
    emit(result, as_json=as_json, text=text)


@model.command("list")
def list_models(as_json: AsJson = False) -> None:
    """列出各版本和启用情况。"""
    from flows.retraining import versions

    rows = versions(open_house())
    text = "\n".join(f"{'*' if r['live'] else ' '} {r['version']}  {r['created_at']}  {r['metrics']}" for r in rows)
    emit({"models": rows}, as_json=as_json, text=text or "只有随产品附带的模型。")


@model.command()
def promote(
    version: Annotated[str, typer.Argument(help="版本号或模型文件夹。")],
    labels: Annotated[Path | None, typer.Option("--labels", help="类别对照表（JSON）：自有类别 → 领域代码。")] = None,
    as_json: AsJson = False,
) -> None:
    """启用一个版本；文件夹会复制到工作目录，自有类别换成领域代码。"""
    from flows.model_labels import read_labels
    from flows.retraining import promote as make_live

    house = open_house()
    live = make_live(house, version, house.now(), read_labels(labels) if labels else None)
    emit({"live": live}, as_json=as_json, text=f"已启用 {live}。")


@model.command()
def rollback(as_json: AsJson = False) -> None:
    """退回上一个版本。"""
    from flows.retraining import rollback as go_back

    house = open_house()
    live = go_back(house, house.now())
    emit({"live": live}, as_json=as_json, text=f"已退回 {live or '随产品附带的模型'}。")
