/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import java.lang.reflect.Method;
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
        for (Method each : getMBeanInterface().getMethods()) {
            Description description = each.getAnnotation(Description.class);
            if (description != null && each.getName().equals(method)) {
                return description.value();
            }
        }
        return method.replaceFirst("^get", "");
    }
}
