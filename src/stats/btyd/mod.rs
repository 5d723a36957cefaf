//! Buy-till-you-die models: customers buy at their own pace until, unseen, they stop for good.
