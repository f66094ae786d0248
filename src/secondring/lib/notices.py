"""What those who lead must learn by letter, said by rooms that know nothing of letters: a job that the mail room does."""

from datetime import datetime

from .jobs import Job

JOB = "mail.tell_those_who_lead"


def tell_those_who_lead(subject: str, words: str, *, key: str, at: datetime) -> None:
    """Have owners and leads written to, once for each `key` while it is under way. Inside the transaction of what happened."""
    arguments = {"subject": subject, "words": words}
    Job.objects.bulk_create([Job(name=JOB, arguments=arguments, due_at=at, unique_key=key)], ignore_conflicts=True)
