//! Work spread over threads, or done here where the system gives none.

use super::error::Error;
use std::thread::{self, Builder};

/// Runs `work` on parts of `items` of `share` items each, one thread a part, and gives the results in their order.
///
/// A system that gives no thread (a limit on processes) makes it slower, not wrong.
pub fn in_parallel<I, T, F>(items: &[I], share: usize, work: F) -> Vec<Result<T, Error>>
where
    I: Sync,
    T: Send,
    F: Fn(&[I]) -> Result<T, Error> + Sync,
{
    let work = &work;
    thread::scope(|scope| {
        let mut parts: Vec<&[I]> = items.chunks(share.max(1)).collect();
        let last = parts.pop();
        let started: Vec<_> =
            parts.into_iter().map(|part| (part, Builder::new().spawn_scoped(scope, move || work(part)))).collect();
        let own = last.map(work);
        let mut results: Vec<Result<T, Error>> = Vec::with_capacity(started.len() + 1);
        for (part, worker) in started {
            results.push(match worker {
                Ok(worker) => worker.join().unwrap_or(Err(Error::Worker)),
                Err(_no_thread) => work(part),
            });
        }
        results.extend(own);
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_and_errors_stay() {
        let items: Vec<u32> = (0..10).collect();
        let sums = in_parallel(&items, 3, |part| Ok(part.to_vec()));
        let all: Vec<u32> = sums.into_iter().flat_map(|part| part.unwrap()).collect();
        assert_eq!(all, items);
        let failed = in_parallel(&items, 4, |_| -> Result<(), Error> { Err(Error::Worker) });
        assert_eq!(failed.len(), 3);
        assert!(failed.iter().all(Result::is_err));
        assert!(in_parallel(&[] as &[u32], 1, |_| Ok(())).is_empty());
    }
}
