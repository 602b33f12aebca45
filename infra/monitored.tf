# What alarms and the dashboard monitor, by the names that metrics use. All of it follows from the catalog.

locals {
  monitored = {
    sources = {
      for name, source in module.source : name => {
        queue                = source.queue.name
        dead_letter_queue    = source.dead_letter_queue.name
        worker               = source.function_name
        entities             = local.all_sources[name].entities
        expect_every_minutes = local.all_sources[name].expect_every_minutes
      }
    }

    unrouted_queue = module.router.unrouted_queue.name
    other_dead_letter_queues = merge(
      { for name, part in { files = module.files, changes = module.changes, search = module.search } : name => part.failures_queue.name },
      { search-undelivered = module.search.undelivered_queue.name },
      { for name, subscriber in module.subscriber : "${name}-subscriber" => subscriber.dead_letter_queue.name },
    )
    # The queues of functions that serve no source.
    other_queues = merge(
      { indexer = module.search.queue.name },
      { for name, delivery in local._deliveries : name => delivery.queue_name },
    )

    functions = merge(
      module.files.function_names,
      { api = module.api.function_name, query = module.query.function.name, changes = module.changes.function_name },
      { indexer = module.search.indexer_name, search = module.search.function.name },
      { for name, source in module.source : "${name}-worker" => source.function_name },
      { for name, delivery in local._deliveries : name => delivery.function_name },
    )
    limited_functions = concat(
      var.files.extract_concurrency == 0 ? [] : ["extractor"],
      var.files.insert_concurrency == null ? [] : ["inserter"],
    )

    api    = module.api.metrics_name
    table  = { name = module.store.table.name, indexes = keys(module.store.index_arns) }
    topics = { router = module.router.topic.name, changes = module.changes.topic.name }
  }

  # Subscribers with an endpoint; the platform has a queue and a function for each.
  _deliveries = {
    for name, subscriber in module.subscriber : "${name}-subscriber" => subscriber.delivery if var.subscribers[name].url != null
  }
}
