/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkTest {

    private static final Mark MARK = new Mark(5, 4, 9, false);

    @Test
    void aMarkThatSaysTheSameIsEqual() {
        assertThat(new Mark(5, 4, 9, true).withClean(false)).isEqualTo(MARK).hasSameHashCodeAs(MARK);
    }

    @Test
    void aMarkThatSaysAnythingElseIsNotEqual() {
        assertThat(List.of(
                        new Mark(6, 4, 9, false),
                        new Mark(5, 3, 9, false),
                        new Mark(5, 4, 8, false),
                        new Mark(5, 4, 9, true)))
                .doesNotContain(MARK);
    }
}
