//! Hashes that are the same on every machine and in every run, which those of the standard library do not promise.

/// A number in which every bit of the given one has mixed with every other.
pub fn mixed(key: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    let folded = (product >> 64) as u64 ^ product as u64;
    // Once more: the product alone leaves patterns in the highest bits of small numbers.
    let product = u128::from(folded ^ 0xA076_1D64_78BD_642F) * 0xE703_7ED1_A0B4_28DB;
    (product >> 64) as u64 ^ product as u64
}

/// The hash of a text.
pub fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = mixed(bytes.len() as u64);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = folded(hash ^ u64::from_le_bytes(word));
    }
    let rest = chunks.remainder();
    let mut word = [0; 8];
    word[..rest.len()].copy_from_slice(rest);
    mixed(hash ^ u64::from_le_bytes(word))
}

fn folded(word: u64) -> u64 {
    let product = u128::from(word ^ 0x2D35_8DCC_AA6C_78A5) * 0x8BB8_4B93_962E_ACC9;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn different_texts_and_numbers_have_different_hashes() {
        let texts: HashSet<u64> = (0..100_000).map(|number| hash_of(format!("customer {number}").as_bytes())).collect();
        let numbers: HashSet<u64> = (0..100_000).map(mixed).collect();
        assert_eq!((texts.len(), numbers.len()), (100_000, 100_000));
        // Zeros at the end count.
        assert_ne!(hash_of(b"a"), hash_of(b"a\0"));
        // The highest bits choose registers: each half of them is used alike.
        let high = (0..10_000_u64).filter(|number| mixed(*number) >> 63 == 1).count();
        assert!((4_800..5_200).contains(&high), "{high}");
    }
}
