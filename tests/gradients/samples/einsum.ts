import { real, type Sample, type SampleInput } from "../sample.ts";

const sum = (equation: string, ...inputs: SampleInput[]): Sample => ({
  name: equation,
  inputs,
  attributes: { equation },
});

/** Samples of the rule in einsum.ts. */
export const einsum: Readonly<Record<string, readonly Sample[]>> = {
  Einsum: [
    sum("ij,jk->ik", real(2, 3), real(3, 2)),
    sum("bhqd,bhkd->bhqk", real(2, 2, 2, 3), real(2, 2, 3, 3)),
    sum("ij->ji", real(2, 3)),
    sum("ij->i", real(2, 3)),
    sum("ij->", real(2, 3)),
    sum("i,j->ij", real(2), real(3)),
    sum("ij,ij->i", real(2, 3), real(2, 3)),
    sum("ii->i", real(3, 3)),
    sum("...ij,...jk->...ik", real(2, 2, 3), real(2, 3, 2)),
    sum("...ij,jk->...ik", real(2, 1, 2, 3), real(3, 2)),
    sum("ij,jk", real(2, 3), real(3, 2)),
    sum("ij,jk,kl->il", real(2, 2), real(2, 3), real(3, 2)),
    sum("i->i", real(3)),
    sum("i,i->", real(3), real(3)),
    sum("ii->", real(3, 3)),
    sum("ii", real(3, 3)),
    sum("iij->ij", real(2, 2, 3)),
    sum("iji->j", real(2, 3, 2)),
    sum("iii->i", real(2, 2, 2)),
    sum("ii,i->i", real(3, 3), real(3)),
    sum("ba", real(2, 3)),
    sum("iJ , Jk -> ki", real(2, 3), real(3, 2)),
    sum("ij,j->ij", real(2, 3), real(3)),
    sum("ij,kl->ik", real(2, 3), real(2, 2)),
    sum("ij,->ij", real(2, 3), real()),
    sum("i,j,k->kji", real(2), real(3), real(2)),
    sum("abcde->edcba", real(2, 1, 2, 1, 2)),
    sum("abcde,ce->abd", real(1, 2, 3, 2, 2), real(3, 2)),
    sum("...ij->...ji", real(2, 2, 3)),
    sum("...i,...i", real(2, 2, 3), real(2, 2, 3)),
    sum("...ij,...jk", real(1, 2, 3), real(2, 3, 2)),
    sum("i...->...", real(3, 2, 2)),
    sum("i...j->j...i", real(2, 2, 2, 3)),
    sum("...ii->...i", real(2, 3, 3)),
    sum("...ij,...jk->...ik", real(2, 1, 2, 3), real(1, 2, 3, 2)),
  ],
};
