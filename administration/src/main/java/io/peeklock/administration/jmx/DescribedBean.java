/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import java.util.Arrays;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.StandardMBean;

/**
 * An MXBean whose attributes and operations have the descriptions of its interface. All operations change something.
 *
 * <p>Immutable, thread safe.
 */
final class DescribedBean extends StandardMBean {

    /** @param type the interface, an MXBean's */
    <T> DescribedBean(T bean, Class<T> type) {
        super(bean, type, true);
    }

    @Override
    protected String getDescription(MBeanAttributeInfo attribute) {
        return described("get" + attribute.getName());
    }

    @Override
    protected String getDescription(MBeanOperationInfo operation) {
        return described(operation.getName());
    }

    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return MBeanOperationInfo.ACTION;
    }

    /** The method's name where it says nothing else. */
    private String described(String method) {
        return Arrays.stream(getMBeanInterface().getMethods())
                .filter(each -> each.getName().equals(method) && each.isAnnotationPresent(Description.class))
                .map(each -> each.getAnnotation(Description.class).value())
                .findFirst()
                .orElse(method.replaceFirst("^get", ""));
    }
}
