"""Fills the fields of an entity that exists with the paths of a sample, by their names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from entities.base import Entity
from entities.values import to_text
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.find_times import ISO, RFC3339, any_format_of
from ingestion.cli.sources.new.guesses.items import Items, values_of
from ingestion.cli.sources.new.guesses.names import snake_case
from ingestion.cli.sources.new.guesses.path_values import PathValues
from ingestion.cli.sources.new.new_entity import FieldExpression
from ingestion.cli.sources.new.questions import Questions
from ingestion.cli.suggestions import unknown_name
from ingestion.mapping.faults.constants import adapter_of_field
from ingestion.mapping.rules import Form
from ingestion.mapping.values.forms import compile_value
from ingestion.mapping.values.value import FAILURES


class FilledFields(NamedTuple):
    """What gives the fields of an entity their values, and the fields that nothing fills."""

    written: dict[str, FieldExpression]
    required: list[str]
    others: list[str]
    left_out: list[str]


def choose_fields(
    model: type[Entity],
    items: Items,
    ids: Sequence[str],
    given: Mapping[str, str],
    questions: Questions,
) -> FilledFields:
    """Return the fields of an entity, and ask for the required ones that no path fills.

    Raises BadDraft for such a field if nobody can be asked.
    """
    filled = fill_fields(model, items, ids, given)
    if filled.required and not questions.is_asked:
        name = filled.required[0]
        needs = (f"{each} ({what_fits(model, each)})" for each in filled.required)
        raise BadDraft(
            f"{model.entity_name} requires {'; '.join(needs)}. No value of the sample fits by"
            f" name: pass --field {name}=EXPRESSION, or a constant: --field \"{name}='…'\""
        )
    for name in filled.required:
        question = (
            f"{model.entity_name} requires {name} ({what_fits(model, name)}), and no value of the"
            " sample fits by name. Which expression gives it? A constant is 'in quotes'."
        )
        given = {**given, name: _asked(question, model, name, items, questions)}
    return fill_fields(model, items, ids, given) if filled.required else filled


def _asked(
    question: str, model: type[Entity], name: str, items: Items, questions: Questions
) -> str:
    return questions.choose(question, [], lambda text: fitted(model, name, text, items))


def fill_fields(
    model: type[Entity], items: Items, ids: Sequence[str], given: Mapping[str, str]
) -> FilledFields:
    """Return the fields of an entity, filled by name. `given` are expressions by field.

    Raises BadDraft for a field that does not exist, or for an expression whose values do not fit.
    """
    known = [name for name in model.model_fields if name != model.id_field()]
    for name in given:
        if name not in known:
            raise BadDraft(f"--field: {model.entity_name} has {unknown_name('field', name, known)}")
    paths = [path for path in items.all_paths if path.keys and path.expression not in ids]
    written: dict[str, FieldExpression] = {}
    for name in known:
        if name in given:
            written[name] = fitted(model, name, given[name], items)
        elif found := _by_name(model, name, paths, items):
            written[name] = found
    empty = [name for name in known if name not in written]
    required = [name for name in empty if model.model_fields[name].is_required()]
    others = [name for name in empty if name not in required]
    read = {text if isinstance(text, str) else text.get("value") for text in written.values()}
    left_out = [path.expression for path in paths if path.expression not in read]
    return FilledFields(written, required, others, left_out)


def fitted(model: type[Entity], name: str, expression: str, items: Items) -> FieldExpression:
    """Return the expression, or a form with it, whose values the field accepts. Raises BadDraft."""
    values = values_of(f"--field {name}", expression, items.scopes)
    found = _fit(model, name, expression, items, [v for v in values if v is not None])
    if found is None:
        raise BadDraft(
            f"--field {name}: {expression} has a value that {model.entity_name} does not accept:"
            f" {what_fits(model, name)}"
        )
    return found


def what_fits(model: type[Entity], name: str) -> str:
    """Return what a field accepts, in a few words."""
    schema = adapter_of_field(model, name).json_schema()
    options = schema.get("anyOf", [schema])
    texts = [value for option in options for value in option.get("enum", ())]
    kinds = [option.get("format", option.get("type", "value")) for option in options]
    words = ", ".join(dict.fromkeys(kind for kind in kinds if kind != "null"))
    return f"use one of {', '.join(map(repr, texts))}" if texts else f"use a {words}"


def _by_name(
    model: type[Entity], name: str, paths: Sequence[PathValues], items: Items
) -> FieldExpression | None:
    is_required = model.model_fields[name].is_required()
    for path in _named_alike(model, name, paths):
        if path.is_in_all or not is_required:
            found = _fit(model, name, path.expression, items, path.values)
            if found is not None:
                return found
    return None


def _named_alike(
    model: type[Entity], name: str, paths: Sequence[PathValues]
) -> Iterator[PathValues]:
    """Yield the paths that are named as a field, then those that lack the entity's name."""
    short = name.removeprefix(f"{model.entity_name.lower()}_")
    for wanted in dict.fromkeys([name, short]):
        yield from (path for path in paths if snake_case("_".join(path.keys)) == wanted)
        yield from (path for path in paths if snake_case(path.keys[-1]) == wanted)


def _fit(
    model: type[Entity], name: str, expression: str, items: Items, values: Sequence[Any]
) -> FieldExpression | None:
    """Return what makes values that the field accepts of an expression; None if nothing does."""
    adapter = adapter_of_field(model, name)
    for form in _forms(expression, values):
        if _accepts(adapter, form, items):
            return form if isinstance(form, str) else form.model_dump(exclude_unset=True)
    return None


def _forms(expression: str, values: Sequence[Any]) -> Iterator[str | Form]:
    if expression[:1] == "'" == expression[-1:] and "'" not in expression[1:-1]:
        yield Form(const=expression[1:-1])
    yield expression
    yield Form(value=expression, text=True)
    if values and (name := any_format_of(values)):
        yield Form(value=expression, date=ISO if name == RFC3339 else name)
        yield Form(value=expression, time=name)  # `iso` needs a zone, which nothing says.


def _accepts(adapter: TypeAdapter[Any], form: str | Form, items: Items) -> bool:
    try:
        values = [compile_value(form).evaluate(scope) for scope in items.scopes]
        found = [value for value in values if value is not None]
        for value in found:
            if items.is_text and not isinstance(value, list | dict):
                adapter.validate_strings(to_text(value))
            else:
                adapter.validate_python(value)
    except (*FAILURES, ValidationError, ValueError):
        return False
    return bool(found)
