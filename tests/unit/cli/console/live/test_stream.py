"""A message of the stream holds each line of its text."""

from ingestion.cli.console.live.stream import message_of


def test_each_line_is_a_line_of_data_and_an_empty_line_ends_the_message() -> None:
    assert message_of("<p>\n\n</p>") == "retry: 1000\ndata: <p>\ndata: \ndata: </p>\n\n"
