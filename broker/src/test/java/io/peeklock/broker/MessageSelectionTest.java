/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What an administrator can say of the messages he means. */
class MessageSelectionTest {

    /** Every command of a bulk operation goes on in them, and none has to sort them. */
    @Test
    void hasItsNumbersInOrderHoweverTheyWereNamed() {
        List<Long> inOrder = LongStream.rangeClosed(1, 500).boxed().toList();
        Collection<Long> reversed = new TreeSet<>(Comparator.reverseOrder());
        reversed.addAll(inOrder);
        MessageSelection selection = MessageSelection.ALL.numbered(reversed);
        assertThat(selection.sequenceNumbers()).containsExactlyElementsOf(inOrder);
        assertThat(selection.atMost(3).inState(MessageState.DEFERRED).sequenceNumbers())
                .containsExactlyElementsOf(inOrder);
        assertThat(selection.sequenceNumbers().higher(17L)).isEqualTo(18);
    }

    @Test
    void keepsItsNumbers() {
        TreeSet<Long> named = new TreeSet<>(List.of(1L));
        MessageSelection selection = MessageSelection.ALL.numbered(named);
        named.add(2L);
        assertThat(selection.sequenceNumbers()).containsExactly(1L);
        assertThatThrownBy(() -> selection.sequenceNumbers().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
