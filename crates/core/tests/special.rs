//! Special functions at floats, against 60 digits.

mod support;

use anygrad_core::gates::{NormalCdf, Polygamma};
use anygrad_core::{Scalar, Unary};
use support::ulps::{FIRST_ORDER, agree};

#[test]
fn digamma() {
    let expected = [
        (0.001, -1_000.575_571_931_810_3),
        (0.25, -4.227_453_533_376_265_5),
        (0.75, -1.085_860_879_786_472_2),
        (1.0, -0.577_215_664_901_532_9),
        (1.25, -0.227_453_533_376_265_42),
        (1.4375, -0.023_613_544_005_297_898),
        (1.5, 0.036_489_973_978_576_52),
        (1.75, 0.247_472_453_546_861_18),
        (2.0, 0.422_784_335_098_467_13),
        (3.5, 1.103_156_640_645_243),
        (8.0, 2.015_641_477_955_61),
        (11.9375, 2.437_215_518_760_321_5),
        (12.0, 2.442_661_679_975_812),
        (12.0625, 2.448_078_359_486_831_6),
        (100.0, 4.600_161_852_738_087),
        (-0.75, -2.894_120_200_042_932),
        (-3.25, 4.466_275_872_350_28),
        (-7.5, 2.080_090_817_579_42),
    ];
    for (x, psi) in expected {
        assert!(agree(x.digamma(), psi, FIRST_ORDER), "ψ({x}) = {:e} ≠ {psi:e}", x.digamma());
    }
}

#[test]
fn polygamma() {
    let expected = [
        (3, 0.25, 1_538.782_144_009_188_4),
        (5, 0.5, 7_691.113_548_602_436),
        (10, 3.25, -8.988_324_312_080_879),
        (20, 40.0, -1.407_019_775_235_584_8e-15),
        (100, 50.0, -2.739_104_802_190_282_8e-14),
        (3, -0.75, 1_557.745_106_972_151_5),
        (4, -2.375, 2_987.519_406_913_293_6),
        (1, 1e-5, 10_000_000_001.644_909),
        (2, 700.0, -2.043_733_860_889_879e-6),
    ];
    for (order, x, psi) in expected {
        let found: f64 = x.unary(Polygamma { order });
        assert!(agree(found, psi, FIRST_ORDER + f64::from(order)), "ψ⁽{order}⁾({x}) = {found:e} ≠ {psi:e}");
    }
}

/// Orders whose factorial has no float end in NaN, and at once.
#[test]
fn polygamma_of_orders_beyond_any_float() {
    for order in [171, 10_000, u32::MAX] {
        assert!(2.5_f64.unary(Polygamma { order }).is_nan());
        assert!(Unary::<f64>::partial(Polygamma { order }, 2.5_f64, 1.0).is_nan());
    }
    assert!(200.0_f64.unary(Polygamma { order: 170 }).is_finite());
}

/// Both tails keep their digits: `x/√2` rounded would cost `x²` units in the lower one.
#[test]
fn normal_distribution() {
    let expected = [
        (-38.0, 2.885_428_35e-316),
        (-37.5, 4.605_353_009_581_955e-308),
        (-20.3, 6.429_244_467_698_346e-92),
        (-8.1, 2.747_959_392_398_228_6e-16),
        (-5.0, 2.866_515_718_791_939e-7),
        (-2.7, 0.003_466_973_803_040_666_4),
        (-0.4, 0.344_578_258_389_675_8),
        (0.3, 0.617_911_422_188_952_7),
        (1.9, 0.971_283_440_183_998_1),
        (8.3, 1.0),
    ];
    for (x, phi) in expected {
        let found: f64 = x.unary(NormalCdf);
        assert!(agree(found, phi, FIRST_ORDER), "Φ({x}) = {found:e} ≠ {phi:e}");
    }
}
