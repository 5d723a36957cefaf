//! The history as it is searched: what was typed in this folder comes first, then everything else, both from the newest
//! on. The arrows go through all lines in their order.

use reedline::{
    CommandLineSearch, History, HistoryItem, HistoryItemId, HistorySessionId, Result, SearchDirection, SearchQuery,
    SqliteBackedHistory,
};

pub(super) struct Nearby {
    pub(super) all: SqliteBackedHistory,
    /// The folder in which the session works.
    pub(super) here: Option<String>,
}

impl Nearby {
    /// The next line of a search behind the one at which it stands.
    fn next(&self, query: &SearchQuery) -> Result<Vec<HistoryItem>> {
        let Some(here) = &self.here else { return self.all.search(like(query, query.start_id)) };
        let is_here = |item: &HistoryItem| item.cwd.as_ref() == Some(here);
        let stands_here = match query.start_id {
            Some(id) => self.all.load(id).is_ok_and(|item| is_here(&item)),
            None => query.direction == SearchDirection::Backward,
        };
        let find = |wants_here: bool, from: Option<HistoryItemId>| -> Result<Option<HistoryItem>> {
            let mut query = like(query, from);
            if wants_here {
                query.filter.cwd_exact = Some(here.clone());
            } else {
                query.limit = None;
            }
            Ok(self.all.search(query)?.into_iter().find(|item| is_here(item) == wants_here))
        };
        let back = query.direction == SearchDirection::Backward;
        // Backwards from this folder into the others, forwards out of them into this folder.
        let found = match find(stands_here, query.start_id)? {
            Some(item) => Some(item),
            None if stands_here == back => find(!stands_here, None)?,
            None => None,
        };
        Ok(found.into_iter().collect())
    }
}

/// The same question from another line on.
fn like(query: &SearchQuery, start_id: Option<HistoryItemId>) -> SearchQuery {
    let copy = SearchQuery::everything(query.direction, query.filter.session);
    let mut filter = copy.filter;
    filter.command_line = match &query.filter.command_line {
        Some(CommandLineSearch::Substring(text)) => Some(CommandLineSearch::Substring(text.clone())),
        _ => None,
    };
    SearchQuery { start_id, limit: query.limit, filter, ..SearchQuery::everything(query.direction, None) }
}

impl History for Nearby {
    fn save(&mut self, item: HistoryItem) -> Result<HistoryItem> {
        self.all.save(item)
    }

    fn load(&self, id: HistoryItemId) -> Result<HistoryItem> {
        self.all.load(id)
    }

    fn count(&self, query: SearchQuery) -> Result<i64> {
        self.all.count(query)
    }

    fn search(&self, query: SearchQuery) -> Result<Vec<HistoryItem>> {
        let is_search = matches!(query.filter.command_line, Some(CommandLineSearch::Substring(_)));
        if !is_search || query.limit != Some(1) {
            return self.all.search(query);
        }
        // The line at which it stands is not found again under another number.
        let stands_at = query.start_id.and_then(|id| self.all.load(id).ok()).map(|item| item.command_line);
        let mut query = query;
        loop {
            let found = self.next(&query)?;
            match found.first() {
                Some(item) if Some(&item.command_line) == stands_at.as_ref() => query.start_id = item.id,
                _ => return Ok(found),
            }
        }
    }

    fn update(&mut self, id: HistoryItemId, updater: &dyn Fn(HistoryItem) -> HistoryItem) -> Result<()> {
        self.all.update(id, updater)
    }

    fn clear(&mut self) -> Result<()> {
        self.all.clear()
    }

    fn delete(&mut self, id: HistoryItemId) -> Result<()> {
        self.all.delete(id)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.all.sync()
    }

    fn session(&self) -> Option<HistorySessionId> {
        self.all.session()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_begins_in_this_folder() -> Result<()> {
        let mut all = SqliteBackedHistory::in_memory()?;
        for (folder, line) in
            [("here", "a 1"), ("there", "a 2"), ("here", "a 3"), ("here", "b"), ("there", "a 4"), ("here", "a 3")]
        {
            let mut item = HistoryItem::from_command_line(line);
            item.cwd = Some(folder.to_owned());
            all.save(item)?;
        }
        let history = Nearby { all, here: Some("here".to_owned()) };
        let walk = |direction, mut at: Option<HistoryItemId>| -> Result<Vec<String>> {
            let mut found = Vec::new();
            loop {
                let mut query = SearchQuery::all_that_contain_rev("a".to_owned());
                (query.direction, query.start_id, query.limit) = (direction, at, Some(1));
                let Some(item) = history.search(query)?.pop() else { return Ok(found) };
                at = item.id;
                found.push(item.command_line);
            }
        };
        assert_eq!(walk(SearchDirection::Backward, None)?, ["a 3", "a 1", "a 4", "a 2"]);
        assert_eq!(walk(SearchDirection::Forward, Some(HistoryItemId::new(2)))?, ["a 4", "a 1", "a 3"]);
        let mut arrows = SearchQuery::everything(SearchDirection::Backward, None);
        arrows.limit = Some(1);
        assert_eq!(history.search(arrows)?[0].command_line, "a 3");
        Ok(())
    }
}
