//! Integrals of smooth functions over an interval, by Gauss and Legendre's rule of ten points on each part of it.

/// Places and weights on (0, 1) of the rule that is exact for polynomials up to degree 19.
pub(super) const TEN: [(f64, f64); 10] = [
    (0.013_046_735_741_414_14, 0.033_335_672_154_344_07),
    (0.067_468_316_655_507_74, 0.074_725_674_575_290_3),
    (0.160_295_215_850_487_8, 0.109_543_181_257_991_02),
    (0.283_302_302_935_376_4, 0.134_633_359_654_998_18),
    (0.425_562_830_509_184_4, 0.147_762_112_357_376_44),
    (0.574_437_169_490_815_6, 0.147_762_112_357_376_44),
    (0.716_697_697_064_623_6, 0.134_633_359_654_998_18),
    (0.839_704_784_149_512_2, 0.109_543_181_257_991_02),
    (0.932_531_683_344_492_3, 0.074_725_674_575_290_3),
    (0.986_953_264_258_585_8, 0.033_335_672_154_344_07),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_up_to_nineteen_are_exact() {
        // ∫ u^k over (0, 1) is 1/(k + 1); ten roundings.
        for power in 0..20 {
            let found: f64 = TEN.iter().map(|(place, weight)| weight * place.powi(power)).sum();
            assert!((found - 1.0 / f64::from(power + 1)).abs() < 2e-15, "{power}: {found}");
        }
    }
}
